using System.Text.Json;
using PipelineTrigger.Core.Agents;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Agents;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Suites;

/// <summary>
/// Every string of the Big List of Naughty Strings, wherever text comes in: it is refused by an error of ours, or comes out as it went in.
/// </summary>
public sealed class NaughtyStringTests(EmulatorProcess emulator) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"naughty-{Guid.NewGuid():N}"));

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_variable_of_a_trigger_reaches_the_vendor_as_it_was_given()
    {
        var tenant = emulator.NewTenant();
        using var connection = tenant.Connect(PipelineVendor.Mage);
        var texts = Strings();
        var variables = texts.Select((text, i) => (text, i)).ToDictionary(t => $"v{t.i}", t => (object?)t.text);

        await connection.TriggerAsync(new Dictionary<string, object?> { ["TriggerId"] = 1, ["Variables"] = variables });

        var received = (await tenant.ReceivedAsync(PipelineVendor.Mage)).GetProperty("pipeline_run").GetProperty("variables");
        Assert.Equal(texts, texts.Select((_, i) => received.GetProperty($"v{i}").GetString()));
    }

    [Fact]
    public void A_field_of_a_trigger_is_taken_or_refused_with_an_error_of_ours()
    {
        List<string> wrong = [];
        foreach (var vendor in Sample.Vendors)
        {
            foreach (var field in Sample.Fields(vendor).Keys)
            {
                wrong.AddRange(
                    Strings()
                        .Select(text =>
                            Failure($"{vendor} {field}", text, () =>
                                Sample.Parse(vendor, new Dictionary<string, object?>(Sample.Fields(vendor)) { [field] = text })
                            )
                        )
                        .OfType<string>()
                );
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void An_entry_of_the_history_keeps_every_text()
    {
        foreach (var text in Strings())
        {
            var entry = new LedgerEntry
            {
                State = LedgerState.Settled,
                Key = text,
                Vendor = text,
                BaseUri = text,
                Connection = text,
                Target = text,
                RunId = text,
                Status = text,
            };
            var read = JsonDocument
                .Parse(entry.ToBytes())
                .RootElement.EnumerateObject()
                .Where(p => p.Value.ValueKind == JsonValueKind.String)
                .Select(p => p.Value.GetString())
                .ToList();
            Assert.True(read.Count(value => value == text) >= 7, text);
        }
    }

    [Fact]
    public void A_summary_keeps_every_text_in_its_cell()
    {
        foreach (var text in Strings())
        {
            var run = Run(text);
            var rows = RunSummary.Markdown([new(run, null)], DateTime.UtcNow, 1024 * 1024).Split('\n');

            Assert.Empty(rows.SelectMany(HostileText.Commands));
            Assert.Equal(9, rows[5].Count(c => c == '|'));
        }
    }

    [Theory, InlineData("AzureDevops"), InlineData("GithubActions")]
    public void An_annotation_is_one_line_with_one_command(string format)
    {
        List<string> lines = [];
        var agent = CIFormat.Agent(format, name => name == "AGENT_TEMPDIRECTORY" ? folder.FullName : null, lines.Add)!;
        var commands =
            format == "AzureDevops" ? new[] { "##vso[task.logissue ", "##vso[task.setprogress " } : ["::error title=", "::warning title="];
        foreach (var text in Strings())
        {
            agent.Error(text, text);
            agent.Warning(text, text);
            agent.Progress(1, text);
        }

        Assert.NotEmpty(lines);
        Assert.All(lines, line =>
        {
            Assert.Single(HostileText.Lines(line));
            Assert.Contains(commands, command => line.StartsWith(command, StringComparison.Ordinal));
            Assert.DoesNotContain("##", line.Substring(1), StringComparison.Ordinal);
        });
    }

    private static List<string> Strings() =>
        JsonSerializer.Deserialize<List<string>>(File.ReadAllText(PublicSuite.Locate(Path.Combine("blns", "blns.json"))))!;

    private static string? Failure(string where, string text, Action act) =>
        Record.Exception(act) is { } e and not PipelineException ? $"{where} '{text}': {e}" : null;

    private static PipelineRun Run(string text) =>
        new()
        {
            RunId = text,
            Vendor = PipelineVendor.Mage,
            Connection = text,
            Pipeline = text,
            Status = PipelineRunStatus.Failed,
            Message = text,
            Url = text,
        };
}
