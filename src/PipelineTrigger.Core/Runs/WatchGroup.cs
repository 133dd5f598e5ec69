using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Core.Runs;

/// <summary>
/// Looks at all watched runs of one connection until each has ended. One loop, however many runs; an outage of the vendor is told once when it
/// starts and once when it ends, and changes nothing else.
/// </summary>
internal sealed class WatchGroup
{
    private readonly IRunSource source;
    private readonly TimeProvider time;
    private readonly DelayStrategy delays;
    private readonly IOperationObserver observer;
    private readonly object gate = new();
    private readonly List<WatchedRun> watched = [];
    private TaskCompletionSource<bool> added = NewSignal();
    private bool closed;
    private long? outageSince;

    public WatchGroup(IRunSource source, TimeSpan? pollInterval, TimeProvider time, Func<double> random, IOperationObserver observer)
    {
        this.source = source;
        this.time = time;
        this.observer = observer;
        delays = new(source.Pace, pollInterval, random);
    }

    /// <summary>Those not ended yet.</summary>
    public IReadOnlyList<PipelineRun> GoingOn(int most)
    {
        lock (gate)
        {
            return [.. watched.Take(most).Select(w => w.Run)];
        }
    }

    public void Add(PipelineRun run)
    {
        lock (gate)
        {
            watched.Add(new(run) { Due = time.GetTimestamp() });
            added.TrySetResult(true);
        }
    }

    /// <summary>No more runs will be added.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
            added.TrySetResult(true);
        }
    }

    /// <summary>Looks until it is closed and every run has ended.</summary>
    /// <exception cref="OperationCanceledException">The token; what still goes on is left as it was last seen.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<WatchedRun> due;
            Task more;
            TimeSpan? pause;
            lock (gate)
            {
                if (closed && watched.Count == 0)
                {
                    return;
                }

                if (added.Task.IsCompleted)
                {
                    added = NewSignal();
                }

                more = added.Task;
                var now = time.GetTimestamp();
                due = watched.FindAll(w => w.Due <= now);
                pause = watched.Count == 0 ? null : time.GetElapsedTime(now, watched.Min(w => w.Due));
            }

            if (due.Count > 0)
            {
                await LookAsync(due, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await PauseAsync(pause, more, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task PauseAsync(TimeSpan? pause, Task more, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var wait = time.WaitAsync(pause is { } due ? (due > TimeSpan.Zero ? due : TimeSpan.Zero) : Timeout.InfiniteTimeSpan, end.Token);
        await Task.WhenAny(wait, more).ConfigureAwait(false);
        end.Cancel();
    }

    private async Task LookAsync(List<WatchedRun> due, CancellationToken cancellationToken)
    {
        for (var i = 0; i < due.Count; i++)
        {
            var run = due[i];
            run.Looks++;
            try
            {
                Seen(run, await source.ReadAsync(run.Run, observer, cancellationToken).ConfigureAwait(false));
            }
            catch (PipelineException e) when (IsYetToAppear(run, e))
            {
                Again(run, e.RetryAfter);
            }
            catch (PipelineException e) when (IsOutage(e))
            {
                StartOutage(e);
                Again(run, e.RetryAfter);

                // The rest of the round would meet the same: it is looked at when this one is.
                due.GetRange(i + 1, due.Count - i - 1).ForEach(rest => rest.Due = run.Due);
                return;
            }
            catch (PipelineException e)
            {
                Remove(run);
                e.Run ??= run.Run;
                observer.Failed(e, run.Run);
            }
        }
    }

    private void Seen(WatchedRun run, PipelineRun seen)
    {
        EndOutage();
        run.Run = seen;
        if (seen.IsFinished)
        {
            Remove(run);
            observer.Completed(seen);
            if (!seen.Succeeded && !source.WasStoppedHere(seen))
            {
                observer.Failed(RunErrors.Failed(seen), seen);
            }

            return;
        }

        if (seen.Status == PipelineRunStatus.Unknown && !run.ToldUnknown)
        {
            run.ToldUnknown = true;
            observer.Warning($"{seen.Vendor} run {seen.RunId} has the status '{seen.VendorStatus}', which this version does not know. It counts neither as success nor as an end; the wait goes on.");
        }

        Again(run, null);
    }

    private bool IsYetToAppear(WatchedRun run, PipelineException e) =>
        (e.ErrorId == PipelineErrorId.RunNotFound || e.IsAboutRun) && source.IsFresh(run.Run);

    private static bool IsOutage(PipelineException e) =>
        e.ErrorId is PipelineErrorId.VendorUnavailable or PipelineErrorId.RateLimited or PipelineErrorId.InvalidResponse && !e.IsAboutRun;

    private void StartOutage(PipelineException e)
    {
        if (outageSince is null)
        {
            outageSince = time.GetTimestamp();
            observer.Warning($"{e.Message} The wait on connection '{source.Name}' goes on.");
        }
    }

    private void EndOutage()
    {
        if (outageSince is { } since)
        {
            outageSince = null;
            observer.Warning($"{source.Vendor} answers again on connection '{source.Name}', after {time.GetElapsedTime(since).TotalSeconds:0} s.");
        }
    }

    private void Again(WatchedRun run, TimeSpan? retryAfter) =>
        run.Due = time.GetTimestamp() + (long)(delays.Next(Math.Max(run.Looks, 1), retryAfter).TotalSeconds * time.TimestampFrequency);

    private void Remove(WatchedRun run)
    {
        lock (gate)
        {
            watched.Remove(run);
        }
    }

    private static TaskCompletionSource<bool> NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
