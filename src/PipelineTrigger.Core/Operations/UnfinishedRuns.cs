using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Operations;

/// <summary>The runs that have not ended when their operation ends.</summary>
internal sealed class UnfinishedRuns(
    IReadOnlyList<(IRunSource Source, PipelineRun Run)> runs,
    OperationOptions options,
    IOperationObserver observer,
    TimeProvider time
)
{
    // An Azure Pipelines agent kills a step after 7.5 s. Triggers in flight may have taken one second of it, and the process must end, too.
    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(5);

    // The caller's own time-out has already elapsed.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    /// <summary>Reports each run as timed out; with StopOnTimeout, first asks the vendor to cancel it, within 30 seconds.</summary>
    public async Task ReportTimedOutAsync(CancellationToken cancellationToken)
    {
        if (!options.StopOnTimeout)
        {
            Report(runs.Select(static entry => (entry.Run, default(string))));
            return;
        }

        using var limit = time.CancelAfter(StopLimit);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var slots = new SemaphoreSlim(options.ThrottleLimit);
        Report(await Task.WhenAll(runs.Select(entry => StopOneAsync(entry.Source, entry.Run, slots, end.Token))).ConfigureAwait(false));
    }

    /// <summary>Asks the vendors to cancel the runs, within the time that a build agent allows.</summary>
    /// <returns>Each run, with the reason why it was not cancelled; null if it was.</returns>
    public async Task<IReadOnlyList<(PipelineRun Run, string? Obstacle)>> CancelAsync()
    {
        using var limit = time.CancelAfter(CancelLimit);
        using var slots = new SemaphoreSlim(options.ThrottleLimit);
        return await Task.WhenAll(runs.Select(entry => CancelOneAsync(entry.Source, entry.Run, slots, limit.Token))).ConfigureAwait(false);
    }

    private void Report(IEnumerable<(PipelineRun Run, string? Stop)> outcomes)
    {
        foreach (var (run, stop) in outcomes)
        {
            observer.Failed(RunErrors.TimedOut(run, options.Timeout!.Value, stop), run);
        }
    }

    private async Task<(PipelineRun Run, string? Stop)> StopOneAsync(
        IRunSource source,
        PipelineRun run,
        SemaphoreSlim slots,
        CancellationToken cancellationToken
    )
    {
        try
        {
            observer.Completed(await StopAsync(source, run, slots, cancellationToken).ConfigureAwait(false));
            return (run, $"{source.Vendor} cancelled it, as -StopOnTimeout requested.");
        }
        catch (OperationCanceledException)
        {
            return (
                run,
                $"{source.Vendor} did not confirm the cancellation within {StopLimit.TotalSeconds:0} s. "
                    + "Check the run with Get-PipelineRunStatus."
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
        SemaphoreSlim slots,
        CancellationToken cancellationToken
    )
    {
        if (RunOrigin.IsReattached(run))
        {
            return (
                run,
                "An earlier command triggered it with the same key, so this command does not cancel it. To cancel it, use Stop-PipelineRun."
            );
        }

        try
        {
            return (await StopAsync(source, run, slots, cancellationToken).ConfigureAwait(false), null);
        }
        catch (OperationCanceledException)
        {
            return (run, $"{source.Vendor} did not confirm the cancellation in time.");
        }
        catch (Exception e)
        {
            return e is PipelineException { ErrorId: PipelineErrorId.StopTooLate, Run: { } ended }
                ? (ended, null)
                : (run, RunErrors.Of(e).Message);
        }
    }

    private async Task<PipelineRun> StopAsync(IRunSource source, PipelineRun run, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        await slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await source.StopAsync(run, observer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            slots.Release();
        }
    }
}
