using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Once;

/// <summary>Sends a trigger until its run is known, or certainly there is none.</summary>
/// <param name="reconciler">Null where the vendor cannot list runs.</param>
/// <param name="sendsIds">Whether triggers carry a correlation id.</param>
internal sealed class TriggerSender(IVendorClient vendor, Reconciler? reconciler, TimeProvider time, bool sendsIds)
{
    // A vendor that loses one trigger after another is not called again.
    private const int MostSendings = 3;

    /// <summary>Now, by the clock of a vendor that can list runs; null where no answer was dated.</summary>
    public VendorSpan? Now() => reconciler?.Dated();

    /// <summary>UTC by the vendor's clock: the trigger was not sent after this. Null where no answer was dated.</summary>
    public DateTime? UntilOf(PendingTrigger trigger) => reconciler?.Dated() is null ? null : trigger.Sent.Until;

    /// <summary>The workspace that the connection's keys belong to, within its base URI; null if the base URI is enough.</summary>
    public async Task<string?> WorkspaceAsync(TriggerCall call, CancellationToken cancellationToken) =>
        reconciler is null
            ? null
            : await reconciler.WorkspaceAsync(call.Observer, cancellationToken).WithoutRunAsync().ConfigureAwait(false);

    /// <summary>Determines where the trigger's run can be searched for.</summary>
    public async Task FindSubjectAsync(PendingTrigger trigger, CancellationToken cancellationToken)
    {
        var subject = reconciler is null
            ? null
            : await reconciler.SubjectAsync(trigger, cancellationToken).WithoutRunAsync().ConfigureAwait(false);
        trigger.Subject = subject is { User: null } && !sendsIds ? null : subject;
    }

    /// <summary>Resumes a trigger of an earlier process.</summary>
    public void Resume(PendingTrigger trigger, LedgerEntry entry) => reconciler?.Resume(trigger, entry);

    /// <summary>The trigger's run.</summary>
    /// <exception cref="PipelineException">TriggerOutcomeUnknown; any other: no run was created.</exception>
    public async Task<PipelineRun> SendAsync(PendingTrigger trigger, CancellationToken cancellationToken)
    {
        for (var sendings = 1; ; sendings++)
        {
            if (sendings > 1)
            {
                // The search took its time: meanwhile another process may have taken the key.
                trigger.ConfirmedAt = time.UtcDateTime();
                await trigger.Record.ConfirmAsync(cancellationToken).ConfigureAwait(false);
            }

            trigger.Sent = reconciler?.Now() ?? default;
            var attempt = new TriggerAttempt(sendsIds ? trigger.CorrelationId : null, time, trigger.Record, trigger.ConfirmedAt);
            try
            {
                return await SendOnceAsync(trigger, attempt, cancellationToken).ConfigureAwait(false);
            }
            catch (PipelineException e)
                when (attempt.LastSentAt is null && e.Absence == RunAbsence.NotKnown && e.ErrorId != PipelineErrorId.TriggerOutcomeUnknown)
            {
                e.Absence = RunAbsence.Certain;
                throw;
            }
            catch (PipelineException doubt) when (doubt.ErrorId == PipelineErrorId.TriggerOutcomeUnknown)
            {
                trigger.LastSentAt = attempt.LastSentAt ?? time.UtcDateTime();
                await KeepDoubtAsync(trigger).ConfigureAwait(false);
                if (await SettleAsync(trigger, doubt, cancellationToken).ConfigureAwait(false) is { } run)
                {
                    return run;
                }

                if (sendings == MostSendings || cancellationToken.IsCancellationRequested)
                {
                    throw NotCreated(trigger, doubt, sendings);
                }

                trigger.Observer.Warning(
                    $"{trigger.Request.Target}: the answer to the trigger was lost, and the vendor's list of runs shows that no run was "
                        + "created; it is triggered again."
                );
            }
        }
    }

    /// <summary>The run of a trigger in doubt; null if certainly there is none.</summary>
    /// <exception cref="PipelineException">TriggerOutcomeUnknown.</exception>
    public async Task<PipelineRun?> SettleAsync(PendingTrigger trigger, PipelineException doubt, CancellationToken cancellationToken)
    {
        if (reconciler is null)
        {
            throw doubt;
        }

        var run = await reconciler.SettleAsync(trigger, doubt, cancellationToken).ConfigureAwait(false);
        if (run is not null)
        {
            run.Details[RunOrigin.Detail] = RunOrigin.Adopted;
            trigger.Observer.Warning(
                $"{trigger.Request.Target}: the answer to the trigger was lost; its run was found at the vendor and adopted: {run.RunId}."
            );
        }

        return run;
    }

    private async Task<PipelineRun> SendOnceAsync(PendingTrigger trigger, TriggerAttempt attempt, CancellationToken cancellationToken)
    {
        if (reconciler is null)
        {
            return await TriggerAsync(trigger, attempt, cancellationToken).ConfigureAwait(false);
        }

        await reconciler.EnterAsync(trigger, cancellationToken).ConfigureAwait(false);
        var (run, isLost) = (default(PipelineRun), false);
        try
        {
            return run = await TriggerAsync(trigger, attempt, cancellationToken).ConfigureAwait(false);
        }
        catch (PipelineException e) when (e.ErrorId == PipelineErrorId.TriggerOutcomeUnknown)
        {
            isLost = true;
            throw;
        }
        finally
        {
            reconciler.Leave(trigger, run, isLost, attempt);
        }
    }

    private async Task<PipelineRun> TriggerAsync(PendingTrigger trigger, TriggerAttempt attempt, CancellationToken cancellationToken)
    {
        var run = await vendor.TriggerAsync(trigger.Request, attempt, trigger.Observer, cancellationToken).ConfigureAwait(false);
        return RunId.IsUsable(run.RunId)
            ? run
            : throw SenderErrors.OutcomeUnknown($"{run.Vendor} returned an invalid run id: '{SafeText.Clean(run.RunId, 100)}'.");
    }

    private async Task KeepDoubtAsync(PendingTrigger trigger)
    {
        try
        {
            await trigger.Record.InDoubtAsync(trigger.LastSentAt, UntilOf(trigger)).ConfigureAwait(false);
        }
        catch
        {
            reconciler?.GiveUp(trigger);
            throw;
        }
    }

    private static PipelineException NotCreated(PendingTrigger trigger, PipelineException doubt, int sendings)
    {
        var times = sendings == 1 ? "" : $", {sendings} times";
        return new(
            PipelineErrorId.VendorUnavailable,
            $"{trigger.Request.Target}: {doubt.Incident ?? doubt.Message} The vendor's list of runs shows that no run was created{times}. "
                + "Try again later."
        )
        {
            Absence = RunAbsence.Told,
        };
    }
}
