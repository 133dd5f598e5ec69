using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Core.Runs;

/// <summary>The runs that still go on when their operation ends before them.</summary>
internal sealed class RunsLeft(IReadOnlyList<(IRunSource Source, PipelineRun Run)> goingOn, OperationOptions options, IOperationObserver observer, TimeProvider time)
{
    // An agent kills after 7.5 s; triggers in flight may have taken one, and the process has to end, too.
    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(5);

    /// <summary>Tells of each that the time is up; asks for its cancellation before, if that is wanted.</summary>
    public async Task ReportTimedOutAsync(CancellationToken cancellationToken)
    {
        using var places = new SemaphoreSlim(options.ThrottleLimit);
        await Task.WhenAll(goingOn.Select(async left =>
        {
            await places.WaitAsync(cancellationToken).ConfigureAwait(false);
            var outcome = options.StopOnTimeout ? await StopAsync(left.Source, left.Run, cancellationToken).ConfigureAwait(false) : null;
            observer.Failed(RunErrors.TimedOut(left.Run, options.Timeout!.Value, outcome), left.Run);
            places.Release();
        })).ConfigureAwait(false);
    }

    /// <summary>Asks the vendors to cancel them, within a time that an agent grants. Each run with what kept it from being cancelled; null: nothing did.</summary>
    public async Task<IReadOnlyList<(PipelineRun Run, string? Obstacle)>> CancelAsync()
    {
        using var limit = time.CancelAfter(CancelLimit);
        using var places = new SemaphoreSlim(options.ThrottleLimit);
        return await Task.WhenAll(goingOn.Select(left => CancelOneAsync(left.Source, left.Run, places, limit.Token))).ConfigureAwait(false);
    }

    private async Task<string> StopAsync(IRunSource source, PipelineRun run, CancellationToken cancellationToken)
    {
        try
        {
            observer.Completed(await source.StopAsync(run, observer, cancellationToken).ConfigureAwait(false));
            return $"{run.Vendor} was asked to cancel it, and did.";
        }
        catch (PipelineException e)
        {
            if (e is { ErrorId: PipelineErrorId.StopTooLate, Run: { } ended })
            {
                observer.Completed(ended);
            }

            return $"It could not be stopped: {e.Message}";
        }
    }

    private async Task<(PipelineRun Run, string? Obstacle)> CancelOneAsync(IRunSource source, PipelineRun run, SemaphoreSlim places, CancellationToken cancellationToken)
    {
        try
        {
            await places.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return (await source.StopAsync(run, observer, cancellationToken).ConfigureAwait(false), null);
            }
            finally
            {
                places.Release();
            }
        }
        catch (OperationCanceledException)
        {
            return (run, $"{source.Vendor} did not confirm it in time.");
        }
        catch (PipelineException e)
        {
            return e is { ErrorId: PipelineErrorId.StopTooLate, Run: { } ended } ? (ended, null) : (run, e.Message);
        }
    }
}
