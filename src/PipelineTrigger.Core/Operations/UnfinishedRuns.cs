using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Operations;

/// <summary>The runs that still go on when their operation ends before them.</summary>
internal sealed class UnfinishedRuns(
    IReadOnlyList<(IRunSource Source, PipelineRun Run)> goingOn,
    OperationOptions options,
    IOperationObserver observer,
    TimeProvider time
)
{
    // An agent kills after 7.5 s; triggers in flight may have taken one, and the process has to end, too.
    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(5);

    // The caller's time is up already: who does not answer by then is not asked for long.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    /// <summary>Tells of each that the time is up; asks for its cancellation before, if that is wanted, within a time of its own.</summary>
    public async Task ReportTimedOutAsync(CancellationToken cancellationToken)
    {
        if (!options.StopOnTimeout)
        {
            Tell(goingOn.Select(static left => (left.Run, default(string))));
            return;
        }

        using var limit = time.CancelAfter(StopLimit);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var places = new SemaphoreSlim(options.ThrottleLimit);
        Tell(await Task.WhenAll(goingOn.Select(left => StopOneAsync(left.Source, left.Run, places, end.Token))).ConfigureAwait(false));
    }

    /// <summary>Asks the vendors to cancel them, within a time that an agent grants. Each run with what kept it from being cancelled; null: nothing did.</summary>
    public async Task<IReadOnlyList<(PipelineRun Run, string? Obstacle)>> CancelAsync()
    {
        using var limit = time.CancelAfter(CancelLimit);
        using var places = new SemaphoreSlim(options.ThrottleLimit);
        return await Task.WhenAll(goingOn.Select(left => CancelOneAsync(left.Source, left.Run, places, limit.Token))).ConfigureAwait(false);
    }

    private void Tell(IEnumerable<(PipelineRun Run, string? Stop)> outcomes)
    {
        foreach (var (run, stop) in outcomes)
        {
            observer.Failed(RunErrors.TimedOut(run, options.Timeout!.Value, stop), run);
        }
    }

    private async Task<(PipelineRun Run, string? Stop)> StopOneAsync(
        IRunSource source,
        PipelineRun run,
        SemaphoreSlim places,
        CancellationToken cancellationToken
    )
    {
        try
        {
            observer.Completed(await StopAsync(source, run, places, cancellationToken).ConfigureAwait(false));
            return (run, $"{source.Vendor} was asked to cancel it, and did.");
        }
        catch (OperationCanceledException)
        {
            return (
                run,
                $"{source.Vendor} did not confirm within {StopLimit.TotalSeconds:0} s that it was cancelled: look at it with Get-PipelineRunStatus."
            );
        }
        catch (Exception e)
        {
            if (e is PipelineException { ErrorId: PipelineErrorId.StopTooLate, Run: { } ended })
            {
                observer.Completed(ended);
            }

            return (run, $"It could not be stopped: {RunErrors.Of(e).Message}");
        }
    }

    private async Task<(PipelineRun Run, string? Obstacle)> CancelOneAsync(
        IRunSource source,
        PipelineRun run,
        SemaphoreSlim places,
        CancellationToken cancellationToken
    )
    {
        if (RunOrigin.IsReattached(run))
        {
            return (run, "It was triggered before, with the same key, and is not cancelled with this command: Stop-PipelineRun does that.");
        }

        try
        {
            return (await StopAsync(source, run, places, cancellationToken).ConfigureAwait(false), null);
        }
        catch (OperationCanceledException)
        {
            return (run, $"{source.Vendor} did not confirm it in time.");
        }
        catch (Exception e)
        {
            return e is PipelineException { ErrorId: PipelineErrorId.StopTooLate, Run: { } ended }
                ? (ended, null)
                : (run, RunErrors.Of(e).Message);
        }
    }

    private async Task<PipelineRun> StopAsync(IRunSource source, PipelineRun run, SemaphoreSlim places, CancellationToken cancellationToken)
    {
        await places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await source.StopAsync(run, observer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            places.Release();
        }
    }
}
