using System.Globalization;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Agents;

/// <summary>The summary of the runs in Markdown: how each ended, and when it ran.</summary>
internal static class RunSummary
{
    private const int MaxRows = 200;
    private const int MessageLength = 200;

    /// <summary>The summary, with runs that did not succeed first. Rows that do not fit are counted; empty if nothing fits.</summary>
    /// <param name="outcomes">The runs.</param>
    /// <param name="now">The current time (UTC).</param>
    /// <param name="maxBytes">The maximum length, in bytes of UTF-8.</param>
    public static string Markdown(IReadOnlyCollection<RunOutcome> outcomes, DateTime now, int maxBytes)
    {
        var timeline = Timeline.Of(outcomes.Select(o => o.Run).OfType<PipelineRun>(), now);
        var rows = outcomes
            .OrderBy(o => o.IsGood)
            .ThenBy(o => o.Run?.StartedAt ?? o.Run?.CreatedAt ?? DateTime.MaxValue)
            .Select(o => Row(o, timeline))
            .Take(MaxRows)
            .ToList();
        while (true)
        {
            var text = Text(rows, outcomes, timeline);
            if (AgentText.Encoding.GetByteCount(text) <= maxBytes)
            {
                return text;
            }

            if (rows.Count == 0)
            {
                return "";
            }

            rows.RemoveRange(rows.Count / 2, rows.Count - (rows.Count / 2));
        }
    }

    private static string Text(List<string> rows, IReadOnlyCollection<RunOutcome> outcomes, Timeline timeline)
    {
        var hidden = outcomes.Count - rows.Count;
        return string.Concat([
            $"\n### Pipeline runs: {outcomes.Count(o => o.IsGood)} of {outcomes.Count} succeeded\n\n",
            "| Status | Vendor | Pipeline | Run | Started (UTC) | Duration | Timeline | Message |\n|---|---|---|---|---|---|---|---|\n",
            .. rows,
            hidden > 0 ? $"\n{hidden} more {(hidden == 1 ? "is" : "are")} not shown.\n" : "",
            timeline.Legend,
        ]);
    }

    private static string Row(RunOutcome outcome, Timeline timeline)
    {
        var run = outcome.Run;
        string[] cells =
        [
            run is null && outcome.Error is { } error ? error.ErrorId : outcome.Status,
            MarkdownText.Escape(run?.Vendor),
            MarkdownText.Escape(run?.Pipeline),
            MarkdownText.Link(run?.RunId, run?.Url),
            (run?.StartedAt ?? run?.CreatedAt)?.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "",
            run?.Duration is { } duration
                ? duration.ToString(duration.TotalDays >= 1 ? @"d\.hh\:mm\:ss" : @"hh\:mm\:ss", CultureInfo.InvariantCulture)
                : "",
            run is null ? "" : timeline.Bar(run),
            Message(outcome),
        ];
        return $"| {string.Join(" | ", cells)} |\n";
    }

    private static string Message(RunOutcome outcome)
    {
        var text = AgentText.Line(outcome.Run is { IsFinished: true } run ? run.Message : outcome.Error?.Message ?? outcome.Run?.Message);
        return MarkdownText.Escape(SafeText.Clean(text, MessageLength));
    }
}
