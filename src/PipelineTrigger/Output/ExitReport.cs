using System.Collections.Concurrent;
using System.Management.Automation.Host;
using PipelineTrigger.Core.Operations;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Output;

/// <summary>
/// What a command that ends early has not written yet: unfinished runs, triggers with an unknown outcome, and deferred errors. It is
/// written to the host, because the cmdlet's write methods no longer work.
/// </summary>
internal sealed class ExitReport
{
    private const int MaxLines = 20;

    private readonly ConcurrentDictionary<object, string> unwritten = new();
    private readonly Queue<PipelineRun> writtenRuns = new();
    private readonly List<string> deferred = [];
    private long writtenCount;
    private IReadOnlyList<(PipelineRun Run, string? Obstacle)> cancelRequests = [];

    /// <summary>Adds a run that the vendor has accepted and that is not written yet. Can be called from any thread.</summary>
    public void Add(PipelineRun run) => unwritten[run] = Line(run);

    /// <summary>Adds an error that is not written yet, if it is an unknown outcome. Can be called from any thread.</summary>
    public void Add(PipelineException error)
    {
        if (error.ErrorId == PipelineErrorId.TriggerOutcomeUnknown)
        {
            unwritten[error] = error.Message;
        }
    }

    /// <summary>Adds an error that was to be written after the last run.</summary>
    public void AddDeferred(PipelineException error)
    {
        if (!unwritten.ContainsKey(error))
        {
            deferred.Add(error.Message);
        }
    }

    /// <summary>Adds triggers whose outcome is not known, because they did not end in time.</summary>
    public void AddInFlight(IReadOnlyList<string> targets)
    {
        foreach (var target in targets)
        {
            unwritten[new object()] = $"{target}: the trigger was in flight. A run may have been created.";
        }
    }

    /// <summary>Marks an error as written, on the pipeline thread.</summary>
    public void MarkWritten(PipelineException error) => unwritten.TryRemove(error, out _);

    /// <summary>Marks a run as written, on the pipeline thread.</summary>
    public void MarkWritten(PipelineRun run)
    {
        unwritten.TryRemove(run, out _);
        if (!run.IsFinished)
        {
            writtenCount++;
            writtenRuns.Enqueue(run);
            if (writtenRuns.Count > MaxLines)
            {
                writtenRuns.Dequeue();
            }
        }
    }

    /// <summary>Asks the vendors to cancel the unfinished runs of a stopped operation.</summary>
    public async Task CancelAsync(RunOperation stopped) => cancelRequests = await stopped.CancelGoingOnAsync().ConfigureAwait(false);

    /// <summary>The unfinished runs, as they were after the vendors were asked to cancel them.</summary>
    public IReadOnlyList<PipelineRun> AfterCancel(IReadOnlyList<PipelineRun> unfinished) =>
        cancelRequests.Count == 0 ? unfinished : [.. cancelRequests.Select(request => request.Run)];

    /// <summary>Writes the report to the host.</summary>
    /// <param name="unfinished">The watched runs that have not ended.</param>
    /// <param name="includesWritten">Whether the output may be lost. If so, the runs in it are named too.</param>
    public void Write(PSHost host, IReadOnlyList<PipelineRun> unfinished, bool includesWritten)
    {
        try
        {
            Write(line => host.UI?.WriteWarningLine(line.ToString()), unfinished, includesWritten);
        }
        catch (Exception e) when (e is HostException or NotImplementedException or System.Management.Automation.PipelineStoppedException)
        {
            // The host has no screen.
        }
    }

    /// <summary>Writes the report line by line.</summary>
    public void Write(Action<SafeText> write, IReadOnlyList<PipelineRun> unfinished, bool includesWritten)
    {
        var isCancelled = cancelRequests.Count > 0;
        if (isCancelled)
        {
            var ended = cancelRequests.Where(request => request.Obstacle is null).Select(request => Line(request.Run)).ToList();
            write($"Stopped. The vendors were asked to cancel {Count(cancelRequests.Count, "run")}: {ended.Count} ended.");
            Write(write, ended, ended.Count);
        }

        var left = isCancelled
            ? cancelRequests.Where(request => request.Obstacle is not null).Select(request => $"{Line(request.Run)}. {request.Obstacle}")
            : unfinished.Select(Line);
        var lines = unwritten.Values.Concat(left).ToList();
        var total = lines.Count + (includesWritten ? writtenCount : 0);
        if (includesWritten)
        {
            lines.AddRange(writtenRuns.Reverse().Select(Line));
        }

        if (total > 0)
        {
            write(
                $"{(isCancelled ? "" : "Stopped. ")}{Count(total, "run")} may still be running at the vendor. "
                    + "To wait for a run again, use Wait-PipelineRun -Connection NAME -RunId ID. To cancel it, use Stop-PipelineRun."
            );
            Write(write, lines, total);
        }

        if (deferred.Count > 0)
        {
            write($"The command ended before it wrote {Count(deferred.Count, "error")}:");
            Write(write, deferred, deferred.Count);
        }
    }

    private static void Write(Action<SafeText> write, List<string> lines, long total)
    {
        lines.Take(MaxLines).ToList().ForEach(line => write($"- {line}"));
        if (total > MaxLines)
        {
            write($"and {total - MaxLines} more.");
        }
    }

    private static string Count(long count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";

    private static string Line(PipelineRun run)
    {
        var pipeline = run.Pipeline is null ? "" : $" of {run.Pipeline}";
        return SafeText.Clean($"{run.Vendor} run {run.RunId}{pipeline} on connection {run.Connection}: {run.Status}")!;
    }
}
