using PipelineTrigger.Core.Agents;
using PipelineTrigger.Execution;
using PipelineTrigger.Input;
using PipelineTrigger.Output;

namespace PipelineTrigger.Commands;

/// <summary>
/// Decides when an error is written, and by which command: at once, after the last run, or by the command further down the pipeline that
/// waits for the runs.
/// </summary>
/// <param name="job">The job that the command fills; null for none.</param>
/// <param name="failFast">Whether errors of runs are written at once.</param>
/// <param name="canDeferAll">Whether, under <c>-ErrorAction Stop</c>, no error may end the command before the last input.</param>
internal sealed class ErrorOutput(
    PipelineCmdlet cmdlet,
    ExitReport exitReport,
    RunReport? report,
    PipelineRunJob? job,
    bool failFast,
    bool canDeferAll
) : IErrorReceiver
{
    private readonly DeferredErrors deferred = new();
    private readonly bool stopsAtError = Preferences.StopsAtError(cmdlet);

    public bool FailFast => failFast;

    /// <summary>Where this command's errors go.</summary>
    public ErrorRoute Route { get; } = new(cmdlet.MyInvocation);

    private bool DefersAll => stopsAtError && !failFast && canDeferAll;

    /// <summary>Writes an error, now or later.</summary>
    public void Write(PipelineException error, object? target)
    {
        if (job is not null)
        {
            if (DefersAll)
            {
                job.Fail(error, target);
            }
            else
            {
                cmdlet.WriteError(ErrorRecords.Of(error, target));
            }

            return;
        }

        report?.Failed(error, error.Run ?? target as PipelineRun);
        if (Route.Receiver?.TryTake(error, target, DefersAll) == true)
        {
            exitReport.MarkWritten(error);
        }
        else if ((DefersAll && Route.Receiver is not { FailFast: true }) || (error.ErrorId == PipelineErrorId.RunFailed && !failFast))
        {
            deferred.Add(error, target);
        }
        else
        {
            exitReport.MarkWritten(error);
            cmdlet.WriteError(ErrorRecords.Of(error, target));
        }
    }

    /// <inheritdoc />
    public bool TryTake(PipelineException error, object? target, bool defer)
    {
        report?.Expect();
        report?.Failed(error, error.Run ?? target as PipelineRun);
        if (!defer || failFast)
        {
            return false;
        }

        if (job is not null)
        {
            job.Fail(error, target);
        }
        else
        {
            exitReport.Add(error);
            deferred.Add(error, target, endsCommand: true);
        }

        return true;
    }

    /// <summary>Writes what was deferred.</summary>
    public void WriteDeferred()
    {
        if (stopsAtError)
        {
            // The first one ends the command, so the others are written as warnings before it.
            foreach (var later in deferred.Unwritten.Skip(1))
            {
                cmdlet.WriteWarning(later.Error.Message);
            }
        }

        deferred.WriteAll(error =>
        {
            if (error.EndsCommand && !stopsAtError)
            {
                cmdlet.ThrowTerminatingError(error.Record);
            }

            cmdlet.WriteError(error.Record);
        });
    }

    /// <summary>Adds what was deferred to the exit report, because the command ends before it is written.</summary>
    public void ReportUnwritten()
    {
        foreach (var unwritten in deferred.Unwritten)
        {
            exitReport.AddDeferred(unwritten.Error);
        }
    }
}
