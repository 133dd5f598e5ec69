using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Core.Runs;

/// <summary>
/// Looks at all watched runs of one connection until each has ended. One loop, however many runs; an outage of the vendor is told once when it
/// starts and once when it ends, and changes nothing else.
/// </summary>
internal sealed class WatchGroup
{
    private const int SinglesAtOnce = 8;

    // Where runs can only be read singly: ten a second at the most, and spread over the interval where that is slower.
    private static readonly TimeSpan ShortestSpacing = TimeSpan.FromMilliseconds(100);

    // A run joins a round when no more than this part of its interval is left.
    private const double JoinsWithin = 0.25;

    private readonly IRunSource source;
    private readonly IBatchReader? batches;
    private readonly TimeProvider time;
    private readonly DelayStrategy delays;
    private readonly RatePacer pacer;
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
        batches = (source as IBatchSource)?.Batches;
        delays = new(source.Pace, pollInterval, random);
        pacer = new(time);
    }

    /// <summary>Those not ended yet.</summary>
    public IReadOnlyList<PipelineRun> GoingOn(int most)
    {
        lock (gate)
        {
            return [.. watched.Where(static w => !w.IsDone).Take(most).Select(static w => w.Run)];
        }
    }

    /// <summary>Takes a run in.</summary>
    /// <param name="isNew">Whether it was triggered a moment ago: then a first look at once would tell nothing.</param>
    public void Add(PipelineRun run, bool isNew)
    {
        var entry = new WatchedRun(run) { Due = time.GetTimestamp() };
        if (isNew)
        {
            Again(entry, delays.Next(1, null));
        }

        lock (gate)
        {
            watched.Add(entry);
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
                if (added.Task.IsCompleted)
                {
                    added = NewSignal();
                }

                more = added.Task;
                var now = time.GetTimestamp();
                watched.RemoveAll(static w => w.IsDone);
                if (watched.Count == 0)
                {
                    if (closed)
                    {
                        return;
                    }

                    due = [];
                    pause = null;
                }
                else
                {
                    var earliest = watched.Min(static w => w.Due);
                    due = earliest > now ? [] : watched.FindAll(w => w.Due <= now || (batches is not null && w.DueWithOthers <= now));
                    pause = time.GetElapsedTime(now, earliest);
                }
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
        due.ForEach(static run =>
        {
            run.Looks++;
            run.IsTold = false;
        });
        try
        {
            if (batches is not null && due.Count > 1)
            {
                // One pause for all that are seen in this round, so that they stay together.
                var jitter = delays.Jitter();
                await batches.ReadManyAsync(due.ConvertAll(static w => w.Run), (i, seen) => Seen(due[i], seen, jitter), observer, cancellationToken).ConfigureAwait(false);
            }

            await LookSinglyAsync(due.FindAll(static run => !run.IsTold), cancellationToken).ConfigureAwait(false);
        }
        catch (PipelineException e) when (IsOutage(e))
        {
            StartOutage(e);

            // The rest of the round would meet the same.
            foreach (var rest in due.Where(static run => !run.IsTold))
            {
                Again(rest, delays.Next(rest.Looks, e.RetryAfter));
            }
        }
    }

    private async Task LookSinglyAsync(List<WatchedRun> due, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var places = new SemaphoreSlim(SinglesAtOnce);
        var looks = new List<Task>(due.Count);
        try
        {
            foreach (var run in due)
            {
                if (batches is null)
                {
                    await pacer.WaitAsync(Spacing(run), stop.Token).ConfigureAwait(false);
                }

                await places.WaitAsync(stop.Token).ConfigureAwait(false);
                looks.Add(LookAtAsync(run, places, stop));
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // One of them met an outage; it is thrown below.
        }
        finally
        {
            await Task.WhenAll(looks).ConfigureAwait(false);
        }
    }

    private TimeSpan Spacing(WatchedRun run)
    {
        if (run.Looks <= 1)
        {
            return ShortestSpacing;
        }

        var even = TimeSpan.FromTicks(delays.Next(run.Looks, null).Ticks / Math.Max(watched.Count, 1));
        return even > ShortestSpacing ? even : ShortestSpacing;
    }

    private async Task LookAtAsync(WatchedRun run, SemaphoreSlim places, CancellationTokenSource stop)
    {
        try
        {
            Seen(run, await source.ReadAsync(run.Run, observer, stop.Token).ConfigureAwait(false), delays.Jitter());
        }
        catch (PipelineException e) when (IsYetToAppear(run, e))
        {
            run.IsTold = true;
            Again(run, delays.Next(run.Looks, e.RetryAfter));
        }
        catch (PipelineException e) when (!IsOutage(e))
        {
            run.IsTold = true;
            run.IsDone = true;
            e.Run ??= run.Run;
            observer.Failed(e, run.Run);
        }
        catch (PipelineException)
        {
            stop.Cancel();
            throw;
        }
        finally
        {
            places.Release();
        }
    }

    private void Seen(WatchedRun run, PipelineRun seen, double jitter)
    {
        EndOutage();
        run.IsTold = true;
        run.Run = seen;
        if (seen.IsFinished)
        {
            run.IsDone = true;
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

        Again(run, delays.Next(run.Looks, null, jitter));
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

    private void Again(WatchedRun run, TimeSpan pause)
    {
        var now = time.GetTimestamp();
        run.Due = now + Ticks(pause);
        run.DueWithOthers = run.Due - (long)(Ticks(pause) * JoinsWithin);
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private static TaskCompletionSource<bool> NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
