#:property PublishAot=false
// Adds up what 'dotnet test' left in a folder: one trx file per test project, and one JSON file per suite that a single row of it stands for.
// dotnet run .ci/Tally.cs -- <results folder> <exit code of dotnet test> <test project>...
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

if (args is not [var folder, var exitCode, .. var projects])
{
    Console.Error.WriteLine("usage: Tally.cs <results folder> <exit code of dotnet test> <test project>...");
    return 2;
}

var suites = Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories)
    .Select(file => JsonDocument.Parse(File.ReadAllText(file)).RootElement)
    .ToDictionary(suite => suite.GetProperty("row").GetString()!);
int passed = 0, failed = 0;
var skips = new List<(string Test, string Reason)>();
var heard = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

foreach (var trx in Directory.EnumerateFiles(folder, "*.trx"))
{
    using var reader = XmlReader.Create(trx, new() { CheckCharacters = false });
    var elements = XDocument.Load(reader).Descendants().ToLookup(e => e.Name.LocalName);
    heard.UnionWith(elements["UnitTest"].Select(t => Path.GetFileNameWithoutExtension((string)t.Attribute("storage")!)));
    foreach (var result in elements["UnitTestResult"])
    {
        Count(result);
    }
}

foreach (var silent in projects.Where(p => !heard.Contains(p)))
{
    Fail($"{silent} reported no test.");
}

if (exitCode != "0" && failed == 0)
{
    Fail($"'dotnet test' exited with {exitCode} though no test had failed.");
}

if (passed + failed == 0)
{
    Fail("No test ran.");
}

if (skips.Count > 0)
{
    Console.WriteLine();
    Console.WriteLine($"########## SKIPPED: {skips.Count} ##########");
    foreach (var reason in skips.GroupBy(s => s.Reason))
    {
        Console.WriteLine($"# {reason.Key}");
        foreach (var (test, _) in reason)
        {
            Console.WriteLine($"#     {test}");
        }
    }

    Console.WriteLine("########################################");
}

File.WriteAllText(Path.Combine(folder, "totals.txt"), $"{passed} passed, {failed} failed, {skips.Count} skipped\n");
return failed == 0 ? 0 : 1;

void Count(XElement result)
{
    var name = (string)result.Attribute("testName")!;
    var outcome = (string?)result.Attribute("outcome");
    if (suites.TryGetValue(name, out var suite))
    {
        // The row stands for a suite and is counted as the tests of that suite.
        passed += suite.GetProperty("passed").GetInt32();
        failed += Math.Max(suite.GetProperty("failed").GetInt32(), outcome == "Failed" ? 1 : 0);
        foreach (var skip in suite.GetProperty("skips").EnumerateArray())
        {
            skips.Add(($"{suite.GetProperty("suite").GetString()} in {suite.GetProperty("host").GetString()}: {skip.GetProperty("name").GetString()}", OneLine(skip.GetProperty("text").GetString())));
        }
    }
    else if (outcome == "Passed")
    {
        passed++;
    }
    else if (outcome == "NotExecuted")
    {
        skips.Add((name, OneLine(result.Descendants().FirstOrDefault(e => e.Name.LocalName == "Message")?.Value)));
    }
    else
    {
        failed++;
    }
}

void Fail(string reason)
{
    Console.WriteLine($"FAILED: {reason}");
    failed++;
}

static string OneLine(string? text) => string.IsNullOrWhiteSpace(text) ? "no reason given" : string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
