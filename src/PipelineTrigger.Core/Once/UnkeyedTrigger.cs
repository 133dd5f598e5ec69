using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Once;

/// <summary>One trigger without a key.</summary>
/// <param name="ledger">Where it is kept for the history; null to keep nothing.</param>
internal sealed class UnkeyedTrigger(TriggerSender sender, RunLedger? ledger, TriggerCall call, TimeProvider time) : ITriggerRecord
{
    private bool isAdopted;

    /// <summary>Its run.</summary>
    public async Task<PipelineRun> RunAsync(CancellationToken cancellationToken)
    {
        var trigger = new PendingTrigger(call, this, Guid.NewGuid().ToString("N"));
        await sender.FindSubjectAsync(trigger, cancellationToken).ConfigureAwait(false);
        var line = ledger?.Intent(call.Request, trigger.Subject, null, trigger.CorrelationId, sender.Now());
        if (trigger.Subject?.User is not null && ledger is not null)
        {
            // Until it is known whose run this is, a search for another trigger's run must know that it may be this one's.
            ledger.Record(line!);
            await ledger.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            var run = await sender.SendAsync(trigger, cancellationToken).ConfigureAwait(false);
            ledger?.Record(line!.With(run, time.UtcDateTime()) with { Origin = isAdopted ? RunOrigin.Adopted : null });
            return run;
        }
        catch (PipelineException e) when (e.ErrorId == PipelineErrorId.TriggerOutcomeUnknown)
        {
            ledger?.Record(
                line! with
                {
                    State = LedgerState.Unknown,
                    CheckedAt = trigger.LastSentAt,
                    SentUntil = sender.UntilOf(trigger),
                    Message = SafeText.Clean(e.Message),
                }
            );
            throw;
        }
        catch (Exception) when (trigger.Subject?.User is not null)
        {
            ledger?.Record(line! with { State = LedgerState.Absent });
            throw;
        }
    }

    Task ITriggerRecord.ConfirmAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Its line in the history, if it has one, says intent until the outcome is known: that is doubt enough.
    Task ITriggerRecord.InDoubtAsync(DateTime lastSentAt, DateTime? sentUntil) => Task.CompletedTask;

    Task ITriggerRecord.AdoptAsync(PipelineRun run)
    {
        isAdopted = true;
        return Task.CompletedTask;
    }
}
