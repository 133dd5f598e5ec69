using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Watching;

/// <summary>Looks at runs that are due: many in a request where the vendor can, else singly; and says when each is due again.</summary>
internal sealed class WatchRound
{
    private const int SinglesAtOnce = 8;

    // Where runs can only be read singly: ten a second at the most, and spread over the interval where that is slower.
    private static readonly TimeSpan ShortestSpacing = TimeSpan.FromMilliseconds(100);

    // A little less than the whole interval, so that no run is looked at late.
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

    /// <summary>Whether runs that are nearly due cost nothing more.</summary>
    public bool IsBatched => batches is not null;

    /// <summary>Looks at each of the runs.</summary>
    /// <param name="total">How many runs are under watch in all.</param>
    /// <returns>Null; or how long to leave the vendor alone, where it could not answer.</returns>
    public async Task<TimeSpan?> LookAsync(List<WatchedRun> due, int total, CancellationToken cancellationToken)
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
                await LookTogetherAsync(batches, due, cancellationToken).ConfigureAwait(false);
            }

            await LookSinglyAsync(due.FindAll(static run => !run.IsTold), total, cancellationToken).ConfigureAwait(false);
        }
        catch (PipelineException e) when (RunErrors.IsOutage(e))
        {
            Strike(due, e);
            return delays.Next(due.Max(static run => run.Looks), e.RetryAfter);
        }

        return null;
    }

    private async Task LookTogetherAsync(IBatchReader reader, List<WatchedRun> due, CancellationToken cancellationToken)
    {
        // One pause for all that are seen in this round, so that they stay together.
        var jitter = delays.Jitter();
        try
        {
            await reader
                .ReadManyAsync(due.ConvertAll(static w => w.Run), (i, seen) => Seen(due[i], seen, jitter), observer, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (PipelineException e) when (RunErrors.IsOutage(e))
        {
            due.FindAll(static run => !run.IsTold).ForEach(run => outage.Met(run, e));
            throw;
        }
        catch (Exception e) when (!(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // One of them, or the list itself: looked at singly, each run has an error of its own, or none.
            if (observer.IsVerbose)
            {
                observer.Verbose(
                    $"The runs on connection '{source.Name}' could not be looked at together, and are looked at singly: {RunErrors.Of(e).Message}"
                );
            }
        }
    }

    // What is no answer of the vendor's counts for the run that met it; where no run was told of, for all that were due.
    private void Strike(List<WatchedRun> due, PipelineException failure)
    {
        if (failure.Kind != FailureKind.Unusable)
        {
            return;
        }

        var isNobodyThere = !due.Exists(static run => run.IsTold);
        foreach (var run in due.FindAll(run => !run.IsTold && (isNobodyThere || run.MetOutage)))
        {
            if (run.Strike(time))
            {
                Fail(run, failure);
            }
        }
    }

    private async Task LookSinglyAsync(List<WatchedRun> due, int total, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var places = new SemaphoreSlim(outage.IsOn ? 1 : SinglesAtOnce);
        var looks = new List<Task>(due.Count);
        try
        {
            foreach (var run in due)
            {
                if (batches is null)
                {
                    await pacer.WaitAsync(Spacing(run, total), stop.Token).ConfigureAwait(false);
                }

                await places.WaitAsync(stop.Token).ConfigureAwait(false);
                looks.Add(LookAtAsync(run, places, stop));
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // One of them met an outage, which is thrown below.
        }
        finally
        {
            await Task.WhenAll(looks).ConfigureAwait(false);
        }
    }

    private TimeSpan Spacing(WatchedRun run, int total)
    {
        var even =
            run.Looks == 1 || total == 1
                ? TimeSpan.Zero
                : TimeSpan.FromTicks((long)(delays.Next(run.Looks - 1, null).Ticks * Spread / total));
        return even > ShortestSpacing ? even : ShortestSpacing;
    }

    private async Task LookAtAsync(WatchedRun run, SemaphoreSlim places, CancellationTokenSource stop)
    {
        try
        {
            Seen(run, await source.ReadAsync(run.Run, observer, stop.Token).ConfigureAwait(false), delays.Jitter());
        }
        catch (PipelineException e) when (IsYetToAppear(run, e) || IsFirstMiss(run, e))
        {
            run.IsTold = true;
            run.LookAfter(delays.Next(run.Looks, e.RetryAfter), time);
        }
        catch (PipelineException e) when (RunErrors.IsOutage(e))
        {
            outage.Met(run, e);
            run.LookAfter(delays.Next(run.Looks, e.RetryAfter), time);
            stop.Cancel();
            throw;
        }
        catch (Exception e) when (!(e is OperationCanceledException && stop.IsCancellationRequested))
        {
            Fail(run, e);
        }
        finally
        {
            places.Release();
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

        run.IsTold = true;
        outage.Over(run);
        if (seen.Status == PipelineRunStatus.Unknown && !run.ToldUnknown)
        {
            run.ToldUnknown = true;
            observer.Warning(
                $"{seen.Vendor} run {seen.RunId} has the status '{seen.VendorStatus}', which this version does not know. It counts neither as success nor as an end; the wait goes on."
            );
        }

        run.LookAfter(delays.Next(run.Looks, null, jitter), time);
    }

    private void Fail(WatchedRun run, Exception failure)
    {
        Done(run);
        observer.Failed(RunErrors.Of(failure, run.Run), run.Run);
    }

    private void Done(WatchedRun run)
    {
        run.IsTold = true;
        run.IsDone = true;
        outage.Over(run);
    }

    private bool IsYetToAppear(WatchedRun run, PipelineException e) => SaysItIsNotThere(e) && source.IsFresh(run.Run);

    // One empty answer is not the end of a run that was there a moment ago.
    private static bool IsFirstMiss(WatchedRun run, PipelineException e) =>
        run.WasRead && SaysItIsNotThere(e) && !run.HasVanished && (run.HasVanished = true);

    private static bool SaysItIsNotThere(PipelineException e) => e.ErrorId == PipelineErrorId.RunNotFound || e.IsAboutRun;
}
