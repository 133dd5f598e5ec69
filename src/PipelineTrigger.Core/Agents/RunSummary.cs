using System.Globalization;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Agents;

/// <summary>The page about the runs: what became of each, and when it was at work.</summary>
internal static class RunSummary
{
    private const int MaxRows = 200;
    private const int MessageLength = 200;

    /// <summary>Markdown of at most so many bytes of UTF-8: what did not succeed comes first, and what is left out is counted. Empty if nothing fits.</summary>
    public static string Markdown(IReadOnlyCollection<RunOutcome> outcomes, DateTime now, int room)
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
            if (AgentText.Encoding.GetByteCount(text) <= room)
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
        var left = outcomes.Count - rows.Count;
        return string.Concat([
            $"\n### Pipeline runs: {outcomes.Count(o => o.IsGood)} of {outcomes.Count} succeeded\n\n",
            "| Status | Vendor | Pipeline | Run | Started (UTC) | Duration | Timeline | Message |\n|---|---|---|---|---|---|---|---|\n",
            .. rows,
            left > 0 ? $"\n{left} more {(left == 1 ? "is" : "are")} not shown.\n" : "",
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
