using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Core.Runs;

/// <summary>What a person is told of a run that did not do what was wanted.</summary>
internal static class RunErrors
{
    private static readonly string[] NothingRan = ["No run was created", "no run was created", "Nothing was sent", "nothing was triggered", "did not create the run"];

    /// <summary>A run that ended without success.</summary>
    public static PipelineException Failed(PipelineRun run) => new(PipelineErrorId.RunFailed, Ended(run) + (IsReattached(run) ? " It was not triggered now: -RetriggerFailed triggers it anew." : ""))
    {
        Run = run,
    };

    /// <summary>How a run ended, and what the vendor says of it.</summary>
    public static string Ended(PipelineRun run) =>
        $"{Name(run)} ended {run.Status}{(run.Message is { } message ? $": {message}{(message[message.Length - 1] is '.' or '!' or '?' or '…' ? "" : ".")}" : " and gave no reason.")}{Page(run)}";

    /// <summary>A run that still goes on when the caller's time is up.</summary>
    public static PipelineException TimedOut(PipelineRun run, TimeSpan timeout, string? stop) => new(
        PipelineErrorId.WaitTimedOut,
        $"{Name(run)} had not ended after {timeout.TotalSeconds:0} s of waiting; it was {run.Status} when last seen. {stop ?? "It goes on at the vendor: wait for it again, or stop it with Stop-PipelineRun."}{Page(run)}")
    {
        Run = run,
    };

    /// <summary>A trigger that was not sent before the caller's time was up.</summary>
    public static PipelineException NotSentInTime(TriggerRequest request, TimeSpan timeout) => new(
        PipelineErrorId.WaitTimedOut,
        $"{request.Target} was not triggered: the {timeout.TotalSeconds:0} s of -TimeoutSec were up before. No run was created.");

    /// <summary>Any failure as one of ours; a defect keeps its name, so that it can be reported.</summary>
    public static PipelineException Of(Exception failure) =>
        failure as PipelineException ?? new PipelineException($"Something this module did not foresee went wrong: {failure.GetType().Name}: {SafeText.Clean(failure.Message)}");

    /// <summary>The failure of a trigger: one of an unknown outcome says which trigger it was, any other that there is no run.</summary>
    public static PipelineException Of(Exception failure, TriggerRequest request)
    {
        var error = Of(failure);
        var message = error switch
        {
            { ErrorId: PipelineErrorId.IdempotencyKeyConflict } => error.Message,
            { ErrorId: PipelineErrorId.TriggerOutcomeUnknown } when error.Message.StartsWith(request.Target, StringComparison.Ordinal) => error.Message,
            { ErrorId: PipelineErrorId.TriggerOutcomeUnknown } => $"{request.Target}: {error.Message}",
            _ when failure is PipelineException && !SaysNothingRan(error.Message) => $"{error.Message} No run was created.",
            _ => error.Message,
        };
        return message == error.Message ? error : new(error.ErrorId, message) { Run = error.Run, RetryAfter = error.RetryAfter };
    }

    private static bool IsReattached(PipelineRun run) => run.Details.TryGetValue(Origins.Detail, out var origin) && origin.StartsWith(Origins.Reattached, StringComparison.Ordinal);

    private static bool SaysNothingRan(string message) => NothingRan.Any(message.Contains);

    private static string Name(PipelineRun run) => SafeText.Clean($"{run.Vendor} run {run.RunId}{(run.Pipeline is { } pipeline ? $" of {pipeline}" : "")}")!;

    private static string Page(PipelineRun run) => run.Url is { } url ? $" See {url}" : "";
}
