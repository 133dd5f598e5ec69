using PipelineTrigger.Core.Agents;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Tests.Agents;

/// <summary>What an agent is told of the runs of a command.</summary>
public sealed class RunReportTests
{
    private readonly RecordingAgent agent = new();
    private readonly RunReport report;

    public RunReportTests() => report = new(agent, TimeProvider.System);

    [Fact]
    public void Progress_is_told_when_the_whole_per_cent_changes()
    {
        Expect(300);
        for (var i = 0; i < 300; i++)
        {
            report.Ended(Run($"{i}"));
        }

        Assert.Equal(Enumerable.Range(1, 100), agent.Percents);
    }

    [Fact]
    public void A_run_that_failed_is_an_error_and_counts_once()
    {
        Expect(2);
        var run = Run("1", PipelineRunStatus.Failed);
        report.Ended(run);
        report.Failed(RunErrors.Failed(run), run);

        Assert.Equal([50], agent.Percents);
        Assert.Equal(["error RunFailed: Mage run 1 of nightly ended Failed and gave no reason."], agent.Annotations);
    }

    [Fact]
    public void A_run_with_warnings_is_a_warning()
    {
        Expect(1);
        report.Ended(Run("1", PipelineRunStatus.SucceededWithWarnings));

        Assert.Equal(
            ["warning SucceededWithWarnings: Mage run 1 of nightly ended SucceededWithWarnings and gave no reason."],
            agent.Annotations
        );
    }

    [Theory]
    [InlineData("Succeeded", "Succeeded Succeeded")]
    [InlineData("SucceededWithWarnings", "Succeeded SucceededWithWarnings")]
    [InlineData("Running", "Succeeded Running")]
    [InlineData("Cancelled", "Cancelled Skipped")]
    [InlineData("Failed", "Failed Cancelled TimedOut Succeeded")]
    public void The_status_is_that_of_the_worst_run(string status, string runs)
    {
        foreach (var (one, index) in runs.Split(' ').Select((s, i) => (s, i)))
        {
            report.Ended(Run($"{index}", one));
        }

        report.Close([]);

        Assert.Equal(status, agent.Outputs["PipelineRunStatus"]);
    }

    [Theory]
    [InlineData("TriggerRejected", "Failed")]
    [InlineData("TriggerOutcomeUnknown", "Unknown")]
    public void Without_a_run_the_status_says_whether_there_may_be_one(string errorId, string status)
    {
        report.Failed(new(errorId, "no"), null);
        report.Close([]);

        Assert.Equal(
            ("", "", status),
            (agent.Outputs["PipelineRunId"], agent.Outputs["PipelineRunIds"], agent.Outputs["PipelineRunStatus"])
        );
    }

    [Theory]
    [InlineData(1, "0", "0")]
    [InlineData(3, "", "0,1,2")]
    public void The_id_of_one_run_is_a_value_and_the_ids_of_all(int count, string id, string ids)
    {
        for (var i = 0; i < count; i++)
        {
            report.Ended(Run($"{i}"));
        }

        report.Close([]);

        Assert.Equal((id, ids), (agent.Outputs["PipelineRunId"], agent.Outputs["PipelineRunIds"]));
    }

    [Fact]
    public void Ids_beyond_what_a_process_takes_are_left_out()
    {
        report.Close([.. Enumerable.Range(0, 2000).Select(i => Run($"{i:D36}"))]);

        Assert.InRange(agent.Outputs["PipelineRunIds"].Length, 29_000, 30_000);
        Assert.All(agent.Outputs["PipelineRunIds"].Split(','), id => Assert.Equal(36, id.Length));
    }

    [Fact]
    public void A_run_that_is_still_running_is_in_the_summary()
    {
        report.Close([Run("7", PipelineRunStatus.Running)]);

        Assert.Contains("| Running | Mage | nightly | 7 |", agent.Text, StringComparison.Ordinal);
        Assert.Contains("0 of 1 succeeded", agent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_told_where_nothing_ran()
    {
        report.Close([]);

        Assert.Empty(agent.Outputs);
        Assert.Empty(agent.Text);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_a_warning_and_no_more()
    {
        agent.OnOutput = static () => throw new UnauthorizedAccessException("read only");

        report.Close([Run("1")]);

        Assert.Equal(
            ["warning PipelineTrigger: The results of the runs could not be passed to the build agent: read only"],
            agent.Annotations
        );
    }

    [Theory, MemberData(nameof(HostileText.All), MemberType = typeof(HostileText))]
    public void A_value_is_one_line_without_a_command(string text)
    {
        report.Close([Run(text)]);

        Assert.All(agent.Outputs.Values, value => Assert.Empty(HostileText.Commands(value)));
        Assert.All(agent.Outputs.Values, value => Assert.Single(HostileText.Lines(value)));
    }

    private static PipelineRun Run(string id, string status = PipelineRunStatus.Succeeded) =>
        new()
        {
            RunId = id,
            Vendor = PipelineVendor.Mage,
            Connection = "mage",
            Pipeline = "nightly",
            Status = status,
        };

    private void Expect(int runs)
    {
        for (var i = 0; i < runs; i++)
        {
            report.Expect();
        }
    }

    private sealed class RecordingAgent : IAgent
    {
        public List<int> Percents { get; } = [];

        public List<string> Annotations { get; } = [];

        public Dictionary<string, string> Outputs { get; } = [];

        public string Text { get; private set; } = "";

        public Action OnOutput { get; set; } = static () => { };

        public int SummaryRoom => 1024 * 1024;

        public void Error(SafeText title, SafeText message) => Annotations.Add($"error {title}: {message}");

        public void Warning(SafeText title, SafeText message) => Annotations.Add($"warning {title}: {message}");

        public void Progress(int percent, SafeText text) => Percents.Add(percent);

        public void Output(SafeText name, SafeText value)
        {
            OnOutput();
            Outputs.Add(name.ToString(), value.ToString());
        }

        public void Summary(string markdown) => Text = markdown;
    }
}
