using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Once;

/// <summary>Errors for a key that triggers nothing.</summary>
internal static class KeyErrors
{
    public static PipelineException Conflict(string key, LedgerEntry entry) =>
        new(
            PipelineErrorId.IdempotencyKeyConflict,
            $"Key '{key}' was used on {entry.ClaimedAt:yyyy-MM-dd HH:mm:ss}Z by {entry.HostName} for another request ({entry.Target}). "
                + "Nothing was sent. Use another key, or the same values."
        );

    public static PipelineException RunNotFound(string key, PipelineException failure, PipelineRun run) =>
        new(
            failure.ErrorId,
            $"{failure.Message} Key '{key}' stands for that run, so nothing was triggered. Use another key, or remove this one with "
                + "Remove-PipelineRunHistory."
        )
        {
            Run = failure.Run ?? run,
        };

    public static PipelineException Damaged(TriggerRequest request, KeyRecord record, RunLedger ledger) =>
        Unknown(
            $"The ledger's entry for {request.Target} is damaged ({record.Name} in {ledger.Location}, of "
                + $"{record.ChangedAt:yyyy-MM-dd HH:mm:ss}Z), so it is unknown whether a run was created. It is not triggered again."
        );

    public static PipelineException LeftInDoubt(TriggerRequest request, LedgerEntry entry) =>
        Unknown(
            $"{request.Target} was triggered on {entry.ClaimedAt:yyyy-MM-dd HH:mm:ss}Z by {entry.HostName} (process {entry.ProcessId}), "
                + "which did not record whether a run was created. It is not triggered again."
        );

    public static PipelineException CouldNotSearch(PipelineException doubt, PipelineException failure) =>
        Unknown($"{doubt.Message} The search failed: {failure.Message}");

    public static PipelineException TooManyRetriggers(string key, PipelineException doubt, int times) =>
        Unknown(
            $"{doubt.Message} Key '{key}' was triggered again {times} times without a known outcome, and is not triggered again. "
                + "Check the vendor's page of runs, then remove the key with Remove-PipelineRunHistory -Force."
        );

    public static PipelineException InDoubt(string key, PipelineException doubt) =>
        Unknown(
            $"{doubt.Message} Key '{key}' stays in doubt. Use the key again to search again, or with -RetriggerUnknown to "
                + "trigger again. To forget it, use Remove-PipelineRunHistory -Force."
        );

    public static PipelineException OfAnotherUser(PipelineException doubt) =>
        Unknown(
            $"{doubt.Message} It may have been triggered by another user, whose runs this connection cannot look for. "
                + "Use the key again with that user's credential."
        );

    private static PipelineException Unknown(string message) => new(PipelineErrorId.TriggerOutcomeUnknown, message);
}
