using System.Globalization;

namespace PipelineTrigger.Core.Agents;

/// <summary>When each run was at work, drawn in text: every Markdown shows that alike.</summary>
internal sealed class Timeline
{
    private const int Width = 24;
    private const char Idle = '·';
    private const char AtWork = '█';

    private readonly DateTime begin;
    private readonly DateTime end;

    private Timeline(DateTime begin, DateTime end) => (this.begin, this.end) = (begin, end);

    /// <summary>What the bars stretch over, in words.</summary>
    public string Legend => begin == end ? "" : $"\nTimeline: {Text(begin)} to {Text(end)} UTC.\n";

    /// <summary>From the first start to the last end; a run that goes on has no end yet.</summary>
    public static Timeline Of(IEnumerable<PipelineRun> runs, DateTime now)
    {
        var spans = runs.Select(run => (Start: Start(run), End: run.FinishedAt ?? now)).Where(s => s.Start is not null).ToList();
        return spans.Count == 0 ? new(now, now) : new(spans.Min(s => s.Start!.Value), spans.Max(s => s.End));
    }

    /// <summary>A run's bar; empty where nothing is known of its times.</summary>
    public string Bar(PipelineRun run)
    {
        if (Start(run) is not { } start || end <= begin)
        {
            return "";
        }

        var first = Math.Min(Place(start), Width - 1);
        var last = Math.Max(first + 1, Place(run.FinishedAt ?? end));
        return new string(Idle, first) + new string(AtWork, last - first) + new string(Idle, Width - last);
    }

    private static DateTime? Start(PipelineRun run) => run.StartedAt ?? run.CreatedAt;

    private static string Text(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private int Place(DateTime time) =>
        Math.Max(0, Math.Min(Width, (int)Math.Round((time - begin).Ticks * (double)Width / (end - begin).Ticks)));
}
