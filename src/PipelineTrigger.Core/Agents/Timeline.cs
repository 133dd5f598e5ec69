using System.Globalization;

namespace PipelineTrigger.Core.Agents;

/// <summary>Draws when each run was running, as text that every Markdown renderer shows alike.</summary>
internal sealed class Timeline
{
    private const int Width = 24;
    private const char Idle = '·';
    private const char Running = '█';

    private readonly DateTime begin;
    private readonly DateTime end;

    private Timeline(DateTime begin, DateTime end) => (this.begin, this.end) = (begin, end);

    /// <summary>The period that the bars cover, in words; empty if it has no length.</summary>
    public string Legend => begin == end ? "" : $"\nTimeline: {Text(begin)} to {Text(end)} UTC.\n";

    /// <summary>A timeline from the first start to the last end, or to now if a run has not ended.</summary>
    public static Timeline Of(IEnumerable<PipelineRun> runs, DateTime now)
    {
        var spans = runs.Select(run => (Start: Start(run), End: run.FinishedAt ?? now)).Where(s => s.Start is not null).ToList();
        return spans.Count == 0 ? new(now, now) : new(spans.Min(s => s.Start!.Value), spans.Max(s => s.End));
    }

    /// <summary>The bar of a run; empty if its start is not known.</summary>
    public string Bar(PipelineRun run)
    {
        if (Start(run) is not { } start || end <= begin)
        {
            return "";
        }

        var first = Math.Min(Column(start), Width - 1);
        var last = Math.Max(first + 1, Column(run.FinishedAt ?? end));
        return new string(Idle, first) + new string(Running, last - first) + new string(Idle, Width - last);
    }

    private static DateTime? Start(PipelineRun run) => run.StartedAt ?? run.CreatedAt;

    private static string Text(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private int Column(DateTime time) =>
        Math.Max(0, Math.Min(Width, (int)Math.Round((time - begin).Ticks * (double)Width / (end - begin).Ticks)));
}
