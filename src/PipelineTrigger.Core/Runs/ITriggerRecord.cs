namespace PipelineTrigger.Core.Runs;

/// <summary>What is kept of a trigger while it is sent.</summary>
internal interface ITriggerRecord
{
    /// <summary>Confirms that the trigger may still be sent.</summary>
    /// <exception cref="PipelineException">LedgerUnavailable: it must not be sent.</exception>
    Task ConfirmAsync(CancellationToken cancellationToken);

    /// <summary>Keeps that the outcome is unknown, before the run is searched for.</summary>
    /// <param name="lastSentAt">UTC by this machine's clock.</param>
    /// <param name="sentUntil">UTC by the vendor's clock: it was not sent after this. Null where no answer was dated.</param>
    Task InDoubtAsync(DateTime lastSentAt, DateTime? sentUntil);

    /// <summary>Keeps the run that was found, before another search can find it.</summary>
    Task AdoptAsync(PipelineRun run);
}
