using System.Collections;
using System.Management.Automation;

namespace PipelineTrigger.Cmdlets.Tests.Naughty;

/// <summary>Naughty text in each column of a row, known and unknown: each row has a run, or an error of its own.</summary>
public sealed class NaughtyRowTests(Emulator emulator)
{
    private static readonly Dictionary<string, Dictionary<string, object>> Good = new()
    {
        ["Mage"] = new() { ["Connection"] = "mage", ["TriggerId"] = "1" },
        ["Prophecy"] = new()
        {
            ["Connection"] = "prophecy",
            ["FabricId"] = "33290",
            ["ProjectId"] = "41459",
            ["PipelineName"] = "bakehouse",
        },
        ["Supaflow"] = new() { ["Connection"] = "supaflow", ["PipelineId"] = "nightly_sales" },
    };

    public static TheoryData<string> Vendors => [.. Good.Keys];

    [Theory, MemberData(nameof(Vendors))]
    public async Task A_column_is_taken_or_refused_row_by_row(string vendor)
    {
        var texts = NaughtyText.All();
        using var probe = await Probe.OpenAsync(emulator);
        var command = (CmdletInfo)(await probe.Session.RunAsync("Get-Command Invoke-PipelineRun")).Output[0].BaseObject;
        var own = command
            .ParameterSets.Single(s => s.Name == vendor)
            .Parameters.Select(p => p.Name)
            .Where(name =>
                command.ParameterSets.Count(s => s.Name is "Mage" or "Prophecy" or "Supaflow" && s.Parameters.Any(p => p.Name == name)) == 1
            );
        List<string> wrong = [];
        foreach (var column in own.Concat(["Connection", "Vendor", "IdempotencyKey", "Unknown\n##vso[column]"]))
        {
            var rows = texts.Select(text => (object)Row(vendor, text, column)).ToList();
            var probed = probe.Call("Invoke-PipelineRun", new Hashtable { ["ThrottleLimit"] = 16 }, rows);
            wrong.AddRange(probed.Flaws.Select(flaw => $"{column}: {flaw}"));
            if (probed.Output.Count + probed.Errors.Count != texts.Count)
            {
                wrong.Add($"{column}: {texts.Count} rows, {probed.Output.Count} runs, {probed.Errors.Count} errors");
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong.Take(20)));
    }

    [Fact]
    public async Task What_is_taken_reaches_the_vendor_as_it_was_given()
    {
        var texts = NaughtyText.All();
        using var probe = await Probe.OpenAsync(emulator);
        var probed = probe.Call(
            "Invoke-PipelineRun",
            new Hashtable(),
            texts.Select(text => (object)Row("Prophecy", text, "Branch", "Version", "ProcessName"))
        );
        var received = await probe.Session.Tenant.ReceivedAsync("prophecy");

        Assert.Empty(probed.Flaws);
        Assert.Equal(probed.Output.Count, received.Count);
        foreach (var field in (string[])["branch", "version", "processName"])
        {
            // Blank is left out, and half a character refused; everything else arrives.
            var values = received.Select(body => body.TryGetProperty(field, out var value) ? value.GetString()! : "").ToHashSet();
            Assert.Equal([], texts.Where(text => !string.IsNullOrWhiteSpace(text) && text != NaughtyText.HalfACharacter).Except(values));
            Assert.Equal([], values.Except(texts));
        }
    }

    private static PSObject Row(string vendor, string text, params string[] columns)
    {
        var row = new PSObject();
        foreach (
            var (name, value) in Good[vendor]
                .Where(g => !columns.Contains(g.Key))
                .Concat(columns.Select(c => KeyValuePair.Create(c, (object)text)))
        )
        {
            row.Properties.Add(new PSNoteProperty(name, value));
        }

        return row;
    }
}
