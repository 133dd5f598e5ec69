using System.Globalization;
using System.Management.Automation;
using PipelineTrigger.Core.Operations;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Output;

/// <summary>A progress bar for the whole wait, and one each for a few of its runs, with the elapsed time and the vendor's status.</summary>
internal sealed class ProgressDisplay(RunOperation operation, Action<ProgressRecord> write)
{
    private const int RunBars = 5;
    private const int MainId = 0x50540;
    private const string MainActivity = "Waiting for pipeline runs";

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<string, int> bars = [];
    private readonly System.Diagnostics.Stopwatch elapsed = System.Diagnostics.Stopwatch.StartNew();
    private TimeSpan lastShown;
    private bool shown;

    /// <summary>Shows the progress, unless that was done a moment ago.</summary>
    public void Show()
    {
        if (shown && elapsed.Elapsed - lastShown < ShortestPause)
        {
            return;
        }

        var progress = operation.Progress(RunBars);
        if (progress.Total == 0)
        {
            return;
        }

        shown = true;
        lastShown = elapsed.Elapsed;
        var main = Record(MainId, MainActivity, $"{progress.Finished} of {progress.Total} ended, {Clock(elapsed.Elapsed)}");
        main.PercentComplete = (int)(100L * progress.Finished / progress.Total);
        write(main);
        var unfinished = progress.GoingOn.GroupBy(Key).ToDictionary(same => same.Key, same => same.First());
        foreach (var gone in bars.Keys.Where(key => !unfinished.ContainsKey(key)).ToList())
        {
            Close(bars[gone], gone);
            bars.Remove(gone);
        }

        foreach (var entry in unfinished)
        {
            if (!bars.TryGetValue(entry.Key, out var id))
            {
                bars[entry.Key] = id = Enumerable.Range(MainId + 1, RunBars).First(free => !bars.ContainsValue(free));
            }

            var run = entry.Value;
            var since = run.CreatedAt is { } created && DateTime.UtcNow > created ? $", {Clock(DateTime.UtcNow - created)}" : "";
            write(Record(id, $"{run.Vendor} {run.Pipeline} {run.RunId}", $"{run.VendorStatus ?? run.Status}{since}", MainId));
        }
    }

    /// <summary>Removes all bars.</summary>
    public void Close()
    {
        if (!shown)
        {
            return;
        }

        foreach (var bar in bars)
        {
            Close(bar.Value, bar.Key);
        }

        bars.Clear();
        Close(MainId, MainActivity);
        shown = false;
    }

    private static string Key(PipelineRun run) => $"{run.Vendor}/{run.Connection}/{run.RunId}";

    private static ProgressRecord Record(int id, SafeText activity, SafeText status, int parent = -1) =>
        new(id, activity.ToString(), status.ToString()) { ParentActivityId = parent };

    private void Close(int id, SafeText activity)
    {
        var record = Record(id, activity, "ended");
        record.RecordType = ProgressRecordType.Completed;
        write(record);
    }

    private static string Clock(TimeSpan span) =>
        span.ToString(span.TotalDays >= 1 ? @"d\.hh\:mm\:ss" : @"hh\:mm\:ss", CultureInfo.InvariantCulture);
}
