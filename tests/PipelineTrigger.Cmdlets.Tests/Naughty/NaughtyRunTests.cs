using System.Collections;
using System.Management.Automation;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace PipelineTrigger.Cmdlets.Tests.Naughty;

/// <summary>Naughty text in each property of runs that come from another process, and in a ledger that others can write to.</summary>
public sealed class NaughtyRunTests(Emulator emulator)
{
    private static readonly string[] TextProperties =
    [
        "RunId",
        "Vendor",
        "Connection",
        "BaseUri",
        "Pipeline",
        "Status",
        "VendorStatus",
        "Message",
        "Url",
        "IdempotencyKey",
        "Details",
        "CreatedAt",
    ];

    public static TheoryData<string, string> Commands =>
        new()
        {
            { "Get-PipelineRunStatus", "CLIXML" },
            { "Stop-PipelineRun", "CLIXML" },
            { "Wait-PipelineRun", "CLIXML" },
            { "Wait-PipelineRun", "JSON" },
        };

    [Fact]
    public async Task No_text_of_a_run_is_left_out()
    {
        using var probe = await Probe.OpenAsync(emulator);
        var run = (await probe.Session.RunAsync("Invoke-PipelineRun -Connection mage -TriggerId 1")).Output[0];
        Assert.Empty(
            run.Properties.Where(p => p.MemberType == PSMemberTypes.Property && p.TypeNameOfValue == typeof(string).FullName)
                .Select(p => p.Name)
                .Except(TextProperties)
        );
    }

    [Theory, MemberData(nameof(Commands))]
    public async Task A_run_from_another_process_is_found_or_refused(string command, string form)
    {
        // XML has no form for this one.
        var texts = NaughtyText.All().Where(text => form == "JSON" || !text.Contains('\uFFFE')).ToList();
        using var probe = await Probe.OpenAsync(emulator);
        await probe.Session.Tenant.PostAsync(
            "runs/mage/bulk",
            new { count = texts.Count, plan = new { runningSeconds = 0, outcome = "failed" } }
        );
        List<string> wrong = [];
        foreach (var property in TextProperties)
        {
            var runs = texts.Select((text, i) => Reimported(form, probe.Session.Tenant.Mage, i + 1, property, text)).ToList();
            Hashtable parameters = command switch
            {
                "Wait-PipelineRun" => new()
                {
                    ["TimeoutSec"] = 30,
                    ["PollIntervalSec"] = 1,
                    ["CIFormat"] = form == "JSON" ? "GithubActions" : "AzureDevops",
                },
                "Stop-PipelineRun" => new() { ["PassThru"] = true },
                _ => [],
            };
            var probed = probe.Call(command, parameters, runs);
            wrong.AddRange(probed.Flaws.Select(flaw => $"{property}: {flaw}"));
            wrong.AddRange(
                probed
                    .AgentLines.Where(line => !IsOneCommand(line, form))
                    .Select(line => $"{property}: the agent reads {NaughtyText.Shown(line)}")
            );
            var told = probed
                .Output.Concat(probed.Errors.Select(e => PSObject.AsPSObject(e.TargetObject ?? "")))
                .Select(o => $"{o.Properties["RunId"]?.Value}")
                .Distinct()
                .Count();
            if (property != "RunId" && told < texts.Count)
            {
                wrong.Add(
                    $"{property}: {texts.Count} runs, {told} were told of ({probed.Output.Count} returned, {probed.Errors.Count} errors)"
                );
            }
        }

        wrong.AddRange(
            Directory
                .GetFiles(Emulator.AgentFolder, "*.md")
                .SelectMany(File.ReadLines)
                .Where(line => !NaughtyText.IsSafe(line))
                .Select(line => $"a summary holds {NaughtyText.Shown(line)}")
        );
        Assert.True(wrong.Count == 0, string.Join("\n", wrong.Take(20)));
    }

    [Fact]
    public async Task The_history_of_a_ledger_that_others_write_to_is_safe_to_show()
    {
        var texts = NaughtyText.All();
        using var probe = await Probe.OpenAsync(emulator);
        await probe.Session.RunAsync(
            "$null = Invoke-PipelineRun -Connection mage -TriggerId 1; "
                + "$null = Invoke-PipelineRun -Connection mage -TriggerId 1 -IdempotencyKey k"
        );
        var files = Directory.GetFiles(Path.Combine(probe.Folder, "ledger"), "*", SearchOption.AllDirectories);
        var page = files.Single(f => File.ReadAllText(f).StartsWith('{') && f.Contains("history", StringComparison.Ordinal));
        var line = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(File.ReadLines(page).First())!;
        await File.AppendAllLinesAsync(page, texts.Select(text => Everywhere(line, text)), TestContext.Current.CancellationToken);

        var probed = probe.Call("Get-PipelineRunHistory", new Hashtable { ["Connection"] = "mage" });
        var all = probe.Call("Get-PipelineRunHistory", new Hashtable());
        var piped = probe.Call("Get-PipelineRunStatus", new Hashtable(), probed.Output);
        var removed = probe.Call("Remove-PipelineRunHistory", new Hashtable { ["Force"] = true }, probed.Output);

        Assert.Empty(probed.Flaws.Concat(all.Flaws).Concat(piped.Flaws).Concat(removed.Flaws));
        Assert.True(probed.Output.Count >= texts.Distinct().Count(), $"{probed.Output.Count} entries of {texts.Distinct().Count()}");
    }

    // All but what says what kind of entry it is, and where it belongs.
    private static string Everywhere(Dictionary<string, JsonElement> line, string text) =>
        JsonSerializer.Serialize(
            line.ToDictionary(
                p => p.Key,
                p =>
                    p.Value.ValueKind == JsonValueKind.String
                    && p.Key is not ("state" or "vendor" or "baseUri")
                    && !p.Value.TryGetDateTime(out _)
                        ? (object)text
                        : p.Value
            )
        );

    private static object Reimported(string form, string baseUri, int id, string property, string text)
    {
        var run = new Dictionary<string, object?>
        {
            ["RunId"] = $"{id}",
            ["Vendor"] = "Mage",
            ["Connection"] = "mage",
            ["BaseUri"] = baseUri,
            ["Pipeline"] = "p",
            ["Status"] = "Running",
            ["VendorStatus"] = "running",
            ["Message"] = null,
            ["CreatedAt"] = "2026-11-22T07:30:50Z",
            ["Url"] = null,
            ["IdempotencyKey"] = null,
            ["Details"] = new Dictionary<string, string>(),
        };
        run[property] = property == "Details" ? new Dictionary<string, string> { [text] = text } : text;
        return form == "CLIXML"
            ? PSSerializer.Deserialize(PSSerializer.Serialize(Shaped(run, details => new Hashtable(details))))
            : Shaped(run, FromJson);
    }

    private static PSObject Shaped(Dictionary<string, object?> run, Func<Dictionary<string, string>, object> shape)
    {
        var made = new PSObject();
        foreach (var (name, value) in run)
        {
            made.Properties.Add(new PSNoteProperty(name, value is Dictionary<string, string> details ? shape(details) : value));
        }

        return made;
    }

    // As ConvertFrom-Json makes it: no object has a property without a name.
    private static PSObject FromJson(Dictionary<string, string> details)
    {
        var made = new PSObject();
        foreach (var (name, value) in details.Where(d => d.Key.Length > 0))
        {
            made.Properties.Add(new PSNoteProperty(name, value));
        }

        return made;
    }

    private static bool IsOneCommand(string line, string form) =>
        line.EndsWith('\n')
        && NaughtyText.IsSafe(
            Regex.Replace(line[..^1], form == "JSON" ? "^::(error|warning) title=" : @"^##vso\[task\.[a-z]+( [^\]]*)?\]", "")
        );
}
