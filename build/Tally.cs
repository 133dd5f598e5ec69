#:property PublishAot=false
// Adds up what 'dotnet test' left in a folder: one trx file per test project, and one JSON file per suite that a single row of it
// stands for.
// A test that failed may be run once more, with its result in the folder's 'again'. It is then counted by that, and is named as unreliable.
// dotnet run build/Tally.cs -- <results folder> <exit code of dotnet test> <test project>...
// dotnet run build/Tally.cs -- failed <results folder>      a line for each project with failed tests: the project, a tab, a
// filter for 'dotnet test'
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

if (args is ["failed", var first])
{
    return ListFailed(first);
}

if (args is not [var folder, var exitCode, .. var projects])
{
    Console.Error.WriteLine("usage: Tally.cs <results folder> <exit code of dotnet test> <test project>...");
    return 2;
}

var suites = Directory
    .EnumerateFiles(folder, "*.json", SearchOption.AllDirectories)
    .Select(file => JsonDocument.Parse(File.ReadAllText(file)).RootElement)
    .ToDictionary(suite => suite.GetProperty("row").GetString()!);
int passed = 0,
    failed = 0;
var skips = new List<(string Test, string Reason)>();
var heard = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

var again = Path.Combine(folder, "again");
var better = Directory.Exists(again)
    ? Read(again).SelectMany(t => t.Results).Where(r => Outcome(r) == "Passed").Select(Name).ToHashSet()
    : [];
var unreliable = new List<string>();

foreach (var trx in Read(folder))
{
    heard.UnionWith(trx.Projects);
    foreach (var error in trx.Errors)
    {
        Fail(error);
    }

    foreach (var result in trx.Results)
    {
        Count(result);
    }
}

if (unreliable.Count > 0)
{
    Console.WriteLine();
    Console.WriteLine($"########## FAILED, THEN PASSED WHEN RUN AGAIN: {unreliable.Count} ##########");
    unreliable.ForEach(test => Console.WriteLine($"#     {test}"));
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
    var name = Name(result);
    var outcome = Outcome(result);
    if (outcome == "Failed" && better.Contains(name))
    {
        unreliable.Add(name);
        outcome = "Passed";
    }

    if (suites.TryGetValue(name, out var suite))
    {
        // The row stands for a suite and is counted as the tests of that suite.
        passed += suite.GetProperty("passed").GetInt32();
        failed += Math.Max(suite.GetProperty("failed").GetInt32(), outcome == "Failed" ? 1 : 0);
        foreach (var skip in suite.GetProperty("skips").EnumerateArray())
        {
            skips.Add(
                (
                    $"{suite.GetProperty("suite").GetString()} in {suite.GetProperty("host").GetString()}: "
                        + $"{skip.GetProperty("name").GetString()}",
                    OneLine(skip.GetProperty("text").GetString())
                )
            );
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

// More than ten failures are no accident: they are not run again.
static int ListFailed(string folder)
{
    var failed = Read(folder)
        .Select(t =>
            (Project: t.Projects.FirstOrDefault(), Tests: t.Results.Where(r => Outcome(r) == "Failed").Select(Name).Distinct().ToArray())
        )
        .ToArray();
    if (failed.Sum(f => f.Tests.Length) <= 10)
    {
        foreach (var (project, tests) in failed.Where(f => f.Tests.Length > 0))
        {
            Console.WriteLine($"{project}\t{string.Join('|', tests.Select(t => $"DisplayName={Escape(t)}"))}");
        }
    }

    return 0;
}

static string Escape(string name) => string.Concat(name.Select(c => @"\()&|=!~".Contains(c) ? $@"\{c}" : $"{c}"));

static IEnumerable<Trx> Read(string folder)
{
    foreach (var file in Directory.EnumerateFiles(folder, "*.trx"))
    {
        using var reader = XmlReader.Create(file, new() { CheckCharacters = false });
        var elements = XDocument.Load(reader).Descendants().ToLookup(e => e.Name.LocalName);
        yield return new(
            [.. elements["UnitTest"].Select(t => Path.GetFileNameWithoutExtension((string)t.Attribute("storage")!)).Distinct()],
            [.. elements["UnitTestResult"]],
            [.. elements["RunInfo"].Select(i => i.Value).Where(IsCrash).Select(OneLine)]
        );
    }
}

// What the test platform and xunit say when a process of theirs ended before its tests.
static bool IsCrash(string text) =>
    text.Contains("Catastrophic failure", StringComparison.Ordinal) || text.Contains("test run was aborted", StringComparison.Ordinal);

static string Name(XElement result) => (string)result.Attribute("testName")!;

static string? Outcome(XElement result) => (string?)result.Attribute("outcome");

static string OneLine(string? text) =>
    string.IsNullOrWhiteSpace(text)
        ? "no reason given"
        : string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

internal sealed record Trx(string[] Projects, XElement[] Results, string[] Errors);
