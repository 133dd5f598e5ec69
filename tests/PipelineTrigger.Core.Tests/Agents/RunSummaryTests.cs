using System.Text;
using System.Text.RegularExpressions;
using PipelineTrigger.Core.Agents;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Tests.Agents;

/// <summary>The page about the runs.</summary>
public sealed class RunSummaryTests
{
    private const int Room = 1024 * 1024;

    private static readonly DateTime Noon = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void There_is_a_row_for_each_run_with_a_bar_for_when_it_was_at_work()
    {
        RunOutcome[] outcomes =
        [
            new(Run("1", PipelineRunStatus.Succeeded, 0, 60), null),
            new(Run("2", PipelineRunStatus.Failed, 60, 120, "disk full"), null),
            new(null, new(PipelineErrorId.TriggerRejected, "no such pipeline")),
        ];

        Assert.Equal(
            """

            ### Pipeline runs: 1 of 3 succeeded

            | Status | Vendor | Pipeline | Run | Started (UTC) | Duration | Timeline | Message |
            |---|---|---|---|---|---|---|---|
            | Failed | Mage | nightly | 2 | 2026-03-01 12:01:00 | 00:01:00 | ············████████████ | disk full |
            | TriggerRejected |  |  |  |  |  |  | no such pipeline |
            | Succeeded | Mage | nightly | 1 | 2026-03-01 12:00:00 | 00:01:00 | ████████████············ |  |

            Timeline: 2026-03-01 12:00:00 to 2026-03-01 12:02:00 UTC.

            """.Replace("\r\n", "\n"),
            RunSummary.Markdown(outcomes, Noon.AddHours(1), Room)
        );
    }

    [Fact]
    public void A_run_that_is_still_running_reaches_to_the_end() =>
        Assert.Contains(
            "| ████████████████████████ |",
            RunSummary.Markdown([new(Run("1", PipelineRunStatus.Running, 0, null), null)], Noon.AddMinutes(5), Room),
            StringComparison.Ordinal
        );

    [Fact]
    public void Of_many_runs_the_bad_ones_are_shown_and_the_rest_is_counted()
    {
        var outcomes = Enumerable
            .Range(0, 1000)
            .Select(i => new RunOutcome(
                Run($"{i}", i % 100 == 99 ? PipelineRunStatus.Failed : PipelineRunStatus.Succeeded, i, i + 1),
                null
            ))
            .ToList();

        var text = RunSummary.Markdown(outcomes, Noon, Room);

        var rows = text.Split('\n').ToLookup(row => row.Split(' ').ElementAtOrDefault(1));
        Assert.Equal((10, 190), (rows["Failed"].Count(), rows["Succeeded"].Count()));
        Assert.Contains("800 more are not shown.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20_000, true)]
    [InlineData(100, false)]
    public void A_page_is_never_larger_than_its_room(int room, bool fits)
    {
        var outcomes = Enumerable
            .Range(0, 300)
            .Select(i => new RunOutcome(Run($"{i}", PipelineRunStatus.Failed, i, i + 1, new string('ß', 400)), null))
            .ToList();

        var text = RunSummary.Markdown(outcomes, Noon, room);

        Assert.InRange(Encoding.UTF8.GetByteCount(text), fits ? room / 4 : 0, fits ? room : 0);
    }

    [Theory, MemberData(nameof(HostileText.All), MemberType = typeof(HostileText))]
    public void Whatever_a_vendor_says_stays_text_in_its_cell(string text)
    {
        var run = Run(text, PipelineRunStatus.Failed, 0, 1, text);
        run.Pipeline = text;
        run.Url = text;

        var row = RunSummary.Markdown([new(run, null)], Noon, Room).Split('\n')[5];

        Assert.Empty(HostileText.Commands(row));
        Assert.Single(HostileText.Lines(row));
        Assert.Equal(9, row.Count(c => c == '|'));
        Assert.Matches(@"^[\w ,\-|:·█&#;\uFFFD…]*$", row);
        Assert.DoesNotMatch("[&#;]", Regex.Replace(row, "&#[0-9]+;", ""));
    }

    [Theory]
    [InlineData("https://mage.example.com/pipelines/a/runs/1", "[1](https://mage.example.com/pipelines/a/runs/1)")]
    [InlineData("https://mage.example.com/a(b)|c", "[1](https://mage.example.com/a%28b%29%7Cc)")]
    [InlineData("javascript:alert(1)", "1")]
    [InlineData("/relative", "1")]
    [InlineData("https://größe.example.com/", "1")]
    [InlineData(null, "1")]
    public void A_run_leads_to_its_page_where_that_is_one(string? url, string cell) => Assert.Equal(cell, MarkdownText.Link("1", url));

    private static PipelineRun Run(string id, string status, int start, int? end, string? message = null) =>
        new()
        {
            RunId = id,
            Vendor = PipelineVendor.Mage,
            Connection = "mage",
            Pipeline = "nightly",
            Status = status,
            Message = message,
            StartedAt = Noon.AddSeconds(start),
            FinishedAt = end is { } seconds ? Noon.AddSeconds(seconds) : null,
        };
}
