using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Core.Runs;

/// <summary>The errors and messages about runs and triggers.</summary>
internal static class RunErrors
{
    /// <summary>The error for a run that ended without success.</summary>
    public static PipelineException Failed(PipelineRun run)
    {
        var hint = RunOrigin.IsReattached(run)
            ? " An earlier command triggered this run. To trigger the pipeline again, use -RetriggerFailed."
            : "";
        return new(PipelineErrorId.RunFailed, Ended(run) + hint) { Run = run };
    }

    /// <summary>How a run ended, and the vendor's message.</summary>
    public static string Ended(PipelineRun run)
    {
        var reason = run.Message is { } message ? $": {Sentence.End(message)}" : " and gave no reason.";
        return $"{Name(run)} ended {run.Status}{reason}{Page(run)}";
    }

    /// <summary>The error for a run that has not ended when the time-out elapses.</summary>
    /// <param name="run">The run, as last seen.</param>
    /// <param name="timeout">The time-out.</param>
    /// <param name="stop">The outcome of its cancellation; null if that was not requested.</param>
    public static PipelineException TimedOut(PipelineRun run, TimeSpan timeout, string? stop)
    {
        var next = stop ?? "It continues at the vendor: wait for it again, or stop it with Stop-PipelineRun.";
        return new(
            PipelineErrorId.WaitTimedOut,
            $"{Name(run)} did not end within {timeout.TotalSeconds:0} s; its last known status is {run.Status}. {next}{Page(run)}"
        )
        {
            Run = run,
        };
    }

    /// <summary>The error for a trigger that was not sent before the time-out elapsed.</summary>
    /// <param name="request">What was to be triggered.</param>
    /// <param name="key">The idempotency key, which may already have a run; null for none.</param>
    /// <param name="timeout">The time-out.</param>
    public static PipelineException NotSentInTime(TriggerRequest request, string? key, TimeSpan timeout)
    {
        var outcome = key is null
            ? "No run was created."
            : $"An earlier command may have created a run with key '{SafeText.Clean(key, 100)}'. Run the command again with the same key.";
        return new(
            PipelineErrorId.WaitTimedOut,
            $"{request.Target} was not triggered because -TimeoutSec ({timeout.TotalSeconds:0} s) elapsed first. {outcome}"
        )
        {
            Absence = RunAbsence.Told,
        };
    }

    /// <summary>Whether a failure is one of the vendor or the network and does not concern the run.</summary>
    public static bool IsOutage(PipelineException failure) => failure.Kind != FailureKind.Permanent && !failure.IsAboutRun;

    /// <summary>
    /// Any failure as a <see cref="PipelineException"/>; an unexpected one keeps its type's name, so that it can be reported.
    /// </summary>
    public static PipelineException Of(Exception failure) =>
        failure as PipelineException
        ?? new PipelineException($"An unexpected error occurred: {failure.GetType().Name}: {SafeText.Clean(failure.Message)}");

    /// <summary>A failure as that of one run, with the run attached.</summary>
    public static PipelineException Of(Exception failure, PipelineRun run)
    {
        var error = Of(failure);
        return new(error.ErrorId, error.Message)
        {
            Run = error.Run ?? run,
            RetryAfter = error.RetryAfter,
            Kind = error.Kind,
            IsAboutRun = error.IsAboutRun,
        };
    }

    /// <summary>
    /// A failure as that of a trigger: if the outcome is unknown it names the trigger, and if no run was created it says so.
    /// </summary>
    public static PipelineException Of(Exception failure, TriggerRequest request)
    {
        var error = Of(failure);
        var message = error switch
        {
            { ErrorId: PipelineErrorId.IdempotencyKeyConflict } => error.Message,
            { ErrorId: PipelineErrorId.TriggerOutcomeUnknown } when error.Message.StartsWith(request.Target, StringComparison.Ordinal) =>
                error.Message,
            { ErrorId: PipelineErrorId.TriggerOutcomeUnknown } => $"{request.Target}: {error.Message}",
            { Absence: RunAbsence.Certain, Run: null } => $"{error.Message} No run was created.",
            _ => error.Message,
        };
        return message == error.Message
            ? error
            : new(error.ErrorId, message)
            {
                Run = error.Run,
                RetryAfter = error.RetryAfter,
                Kind = error.Kind,
                Absence = error.Absence,
            };
    }

    private static string Name(PipelineRun run)
    {
        var pipeline = run.Pipeline is null ? "" : $" of {run.Pipeline}";
        return SafeText.Clean($"{run.Vendor} run {run.RunId}{pipeline}")!;
    }

    private static string Page(PipelineRun run) => run.Url is { } url ? $" See {url}" : "";
}
