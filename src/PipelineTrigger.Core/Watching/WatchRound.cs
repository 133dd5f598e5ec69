using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Watching;

/// <summary>
/// Reads the runs that are due, in batches if the vendor supports it and individually otherwise, and schedules the next read of each.
/// </summary>
internal sealed class WatchRound
{
    private const int MaxConcurrentReads = 8;

    // If runs can only be read individually: at most ten reads a second, or fewer if they can be spread over the interval.
    private static readonly TimeSpan ShortestSpacing = TimeSpan.FromMilliseconds(100);

    // Less than the whole interval, so that no run is read late.
    private const double Spread = 0.8;

    private readonly IRunSource source;
    private readonly DelayStrategy delays;
    private readonly TimeProvider time;
    private readonly IOperationObserver observer;
    private readonly IBatchReader? batches;
    private readonly RatePacer pacer;
    private readonly Outage outage;

    public WatchRound(IRunSource source, DelayStrategy delays, TimeProvider time, IOperationObserver observer)
    {
        this.source = source;
        this.delays = delays;
        this.time = time;
        this.observer = observer;
        batches = (source as IBatchSource)?.Batches;
        pacer = new(time);
        outage = new(source, time, observer);
    }

    /// <summary>Whether runs are read in batches, so that it costs nothing to include runs that are nearly due.</summary>
    public bool IsBatched => batches is not null;

    /// <summary>Reads each of the runs.</summary>
    /// <param name="due">The runs to read.</param>
    /// <param name="total">The number of runs that are watched.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    /// <returns>The pause before the next call if the vendor could not answer; otherwise null.</returns>
    public async Task<TimeSpan?> ReadAsync(List<WatchedRun> due, int total, CancellationToken cancellationToken)
    {
        due.ForEach(static run =>
        {
            run.Reads++;
            run.IsRead = false;
        });
        try
        {
            if (batches is not null && due.Count > 1)
            {
                await ReadTogetherAsync(batches, due, cancellationToken).ConfigureAwait(false);
            }

            await ReadSinglyAsync(due.FindAll(static run => !run.IsRead), total, cancellationToken).ConfigureAwait(false);
        }
        catch (PipelineException e) when (RunErrors.IsOutage(e))
        {
            CountUnusableAnswer(due, e);
            return delays.Next(due.Max(static run => run.Reads), e.RetryAfter);
        }

        return null;
    }

    private async Task ReadTogetherAsync(IBatchReader reader, List<WatchedRun> due, CancellationToken cancellationToken)
    {
        // One jitter for all runs of this round, so that they stay in one batch.
        var jitter = delays.Jitter();
        try
        {
            await reader
                .ReadManyAsync(due.ConvertAll(static w => w.Run), (i, seen) => Seen(due[i], seen, jitter), observer, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (PipelineException e) when (RunErrors.IsOutage(e))
        {
            due.FindAll(static run => !run.IsRead).ForEach(run => outage.Begin(run, e));
            throw;
        }
        catch (Exception e) when (!(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // Either one run or the whole batch failed. Reading the runs individually gives each run its own result.
            if (observer.IsVerbose)
            {
                observer.Verbose(
                    $"The runs on connection '{source.Name}' could not be read together. "
                        + $"Reading them individually: {RunErrors.Of(e).Message}"
                );
            }
        }
    }

    // An unusable answer counts for the run that got it. If no run could be read, it counts for all that were due.
    private void CountUnusableAnswer(List<WatchedRun> due, PipelineException failure)
    {
        if (failure.Kind != FailureKind.Unusable)
        {
            return;
        }

        var isNoneRead = !due.Exists(static run => run.IsRead);
        foreach (var run in due.FindAll(run => !run.IsRead && (isNoneRead || run.IsInOutage)))
        {
            if (run.CountUnusableAnswer(time))
            {
                Fail(run, failure);
            }
        }
    }

    private async Task ReadSinglyAsync(List<WatchedRun> due, int total, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var slots = new SemaphoreSlim(outage.IsOn ? 1 : MaxConcurrentReads);
        var reads = new List<Task>(due.Count);
        try
        {
            foreach (var run in due)
            {
                if (batches is null)
                {
                    await pacer.WaitAsync(Spacing(run, total), stop.Token).ConfigureAwait(false);
                }

                await slots.WaitAsync(stop.Token).ConfigureAwait(false);
                reads.Add(ReadOneAsync(run, slots, stop));
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // One of the reads met an outage, which is thrown below.
        }
        finally
        {
            await Task.WhenAll(reads).ConfigureAwait(false);
        }
    }

    private TimeSpan Spacing(WatchedRun run, int total)
    {
        var even =
            run.Reads == 1 || total == 1
                ? TimeSpan.Zero
                : TimeSpan.FromTicks((long)(delays.Next(run.Reads - 1, null).Ticks * Spread / total));
        return even > ShortestSpacing ? even : ShortestSpacing;
    }

    private async Task ReadOneAsync(WatchedRun run, SemaphoreSlim slots, CancellationTokenSource stop)
    {
        try
        {
            Seen(run, await source.ReadAsync(run.Run, observer, stop.Token).ConfigureAwait(false), delays.Jitter());
        }
        catch (PipelineException e) when (IsYetToAppear(run, e) || IsFirstMiss(run, e))
        {
            run.IsRead = true;
            run.ReadAfter(delays.Next(run.Reads, e.RetryAfter), time);
        }
        catch (PipelineException e) when (RunErrors.IsOutage(e))
        {
            outage.Begin(run, e);
            run.ReadAfter(delays.Next(run.Reads, e.RetryAfter), time);
            stop.Cancel();
            throw;
        }
        catch (Exception e) when (!(e is OperationCanceledException && stop.IsCancellationRequested))
        {
            Fail(run, e);
        }
        finally
        {
            slots.Release();
        }
    }

    private void Seen(WatchedRun run, PipelineRun seen, double jitter)
    {
        run.Run = seen;
        run.WasRead = true;
        run.HasVanished = false;
        if (seen.IsFinished)
        {
            Done(run);
            observer.Completed(seen);
            if (!seen.Succeeded && !source.WasStoppedHere(seen))
            {
                observer.Failed(RunErrors.Failed(seen), seen);
            }

            return;
        }

        run.IsRead = true;
        outage.End(run);
        if (seen.Status == PipelineRunStatus.Unknown && !run.IsUnknownReported)
        {
            run.IsUnknownReported = true;
            observer.Warning(
                $"{seen.Vendor} run {seen.RunId} has the status '{seen.VendorStatus}', which this version does not know. "
                    + "It counts neither as success nor as an end, so the wait continues."
            );
        }

        run.ReadAfter(delays.Next(run.Reads, null, jitter), time);
    }

    private void Fail(WatchedRun run, Exception failure)
    {
        Done(run);
        observer.Failed(RunErrors.Of(failure, run.Run), run.Run);
    }

    private void Done(WatchedRun run)
    {
        run.IsRead = true;
        run.IsDone = true;
        outage.End(run);
    }

    private bool IsYetToAppear(WatchedRun run, PipelineException e) => IsNotFound(e) && source.IsFresh(run.Run);

    // A run that was read before does not fail the first time it is not found.
    private static bool IsFirstMiss(WatchedRun run, PipelineException e) =>
        run.WasRead && IsNotFound(e) && !run.HasVanished && (run.HasVanished = true);

    private static bool IsNotFound(PipelineException e) => e.ErrorId == PipelineErrorId.RunNotFound || e.IsAboutRun;
}
