namespace PipelineTrigger.Core.Runs;

/// <summary>What a person is told of a run that did not do what was wanted.</summary>
internal static class RunErrors
{
    /// <summary>A run that ended without success.</summary>
    public static PipelineException Failed(PipelineRun run) =>
        new(
            PipelineErrorId.RunFailed,
            Ended(run) + (RunOrigin.IsReattached(run) ? " It was not triggered now: -RetriggerFailed triggers it anew." : "")
        )
        {
            Run = run,
        };

    /// <summary>How a run ended, and what the vendor says of it.</summary>
    public static string Ended(PipelineRun run) =>
        $"{Name(run)} ended {run.Status}{(run.Message is { } message ? $": {message}{(message[message.Length - 1] is '.' or '!' or '?' or '…' ? "" : ".")}" : " and gave no reason.")}{Page(run)}";

    /// <summary>A run that still goes on when the caller's time is up.</summary>
    public static PipelineException TimedOut(PipelineRun run, TimeSpan timeout, string? stop) =>
        new(
            PipelineErrorId.WaitTimedOut,
            $"{Name(run)} had not ended after {timeout.TotalSeconds:0} s of waiting; it was {run.Status} when last seen. {stop ?? "It goes on at the vendor: wait for it again, or stop it with Stop-PipelineRun."}{Page(run)}"
        )
        {
            Run = run,
        };

    /// <summary>A trigger that was not sent before the caller's time was up.</summary>
    /// <param name="key">Its key, which may stand for a run already; null for none.</param>
    public static PipelineException NotSentInTime(TriggerRequest request, string? key, TimeSpan timeout) =>
        new(
            PipelineErrorId.WaitTimedOut,
            $"{request.Target} was not triggered: the {timeout.TotalSeconds:0} s of -TimeoutSec were up before. {(key is null ? "No run was created." : $"Whether key '{SafeText.Clean(key, 100)}' stands for a run already was not found out: give it again.")}"
        )
        {
            Absence = RunAbsence.Told,
        };

    /// <summary>Whether a failure is the vendor's or the network's, and says nothing of the run.</summary>
    public static bool IsOutage(PipelineException failure) => failure.Kind != FailureKind.Permanent && !failure.IsAboutRun;

    /// <summary>Any failure as one of ours; a defect keeps its name, so that it can be reported.</summary>
    public static PipelineException Of(Exception failure) =>
        failure as PipelineException
        ?? new PipelineException(
            $"Something this module did not foresee went wrong: {failure.GetType().Name}: {SafeText.Clean(failure.Message)}"
        );

    /// <summary>A run's own failure, though others may have met the same.</summary>
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

    /// <summary>The failure of a trigger: one of an unknown outcome says which trigger it was, one after which there surely is no run that there is none.</summary>
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

    private static string Name(PipelineRun run) =>
        SafeText.Clean($"{run.Vendor} run {run.RunId}{(run.Pipeline is { } pipeline ? $" of {pipeline}" : "")}")!;

    private static string Page(PipelineRun run) => run.Url is { } url ? $" See {url}" : "";
}
