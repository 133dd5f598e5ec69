using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Once;

/// <summary>
/// Triggers once: finds out what became of a trigger whose answer was lost, and with a key keeps in the ledger what any later process must know.
/// In doubt it does not trigger.
/// </summary>
/// <param name="reconciler">Null where the vendor cannot list runs.</param>
/// <param name="ledger">Null where there is no place for one; then a key cannot be used.</param>
/// <param name="sendsIds">Whether triggers carry an id of ours.</param>
internal sealed class TriggerOnce(IVendorClient vendor, Reconciler? reconciler, RunLedger? ledger, TimeProvider time, bool sendsIds)
{
    // A vendor that loses one trigger after the other is left alone.
    private const int MostSendings = 3;

    // A vendor may need this long until it finds the run that it has just created.
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(60);

    /// <summary>The run of one trigger.</summary>
    /// <exception cref="PipelineException">TriggerOutcomeUnknown, IdempotencyKeyConflict, LedgerUnavailable, and what the vendor's client throws: then no run was created.</exception>
    /// <exception cref="OperationCanceledException">It surely was not triggered.</exception>
    public async Task<PipelineRun> TriggerAsync(
        TriggerRequest request,
        IdempotencyOptions terms,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        if (terms.Key is not { } key)
        {
            return await TriggerUnkeyedAsync(request, terms, observer, cancellationToken).ConfigureAwait(false);
        }

        var place = ledger
            ?? throw new PipelineException(
                PipelineErrorId.LedgerUnavailable,
                "This account has no data folder to keep idempotency keys in. Nothing was sent. Choose a place with Connect-PipelineService -Ledger or the environment variable PIPELINETRIGGER_LEDGER."
            )
            {
                Absence = RunAbsence.Told,
            };
        var workspace = reconciler is null
            ? null
            : await reconciler.WorkspaceAsync(observer, cancellationToken).WithoutRunAsync().ConfigureAwait(false);
        while (true)
        {
            var claim = await place.ClaimAsync(key, workspace, observer, cancellationToken).WithoutRunAsync().ConfigureAwait(false);
            await using var _ = claim.ConfigureAwait(false);
            try
            {
                var run = await new KeyedTrigger(this, place, claim, request, terms, observer, time)
                    .RunAsync(cancellationToken)
                    .ConfigureAwait(false);
                run.IdempotencyKey = key;
                return run;
            }
            catch (ClaimLost)
            {
                observer.Verbose($"Key '{key}' went to another process before anything was sent; looking what became of it.");
            }
        }
    }

    private async Task<PipelineRun> TriggerUnkeyedAsync(
        TriggerRequest request,
        IdempotencyOptions terms,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var trigger = new PendingTrigger(request, Guid.NewGuid().ToString("N"));
        await FindSubjectAsync(trigger, observer, cancellationToken).ConfigureAwait(false);
        var record = terms.Record ? ledger : null;
        var line = record?.Intent(request, trigger.Subject, null, trigger.CorrelationId, Now());
        if (trigger.Subject?.User is not null && record is not null)
        {
            // Until its run is known, this run is nobody's: whoever looks for another must know that it may be.
            record.Record(line!);
            await record.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        var adopted = default(PipelineRun);
        try
        {
            var run = await SendAsync(
                    trigger,
                    null,
                    static _ => Task.CompletedTask,
                    found => Task.FromResult(adopted = found),
                    observer,
                    cancellationToken
                )
                .ConfigureAwait(false);
            record?.Record(line!.With(run, time.UtcDateTime()) with { Origin = adopted is null ? null : RunOrigin.Adopted });
            return run;
        }
        catch (PipelineException e) when (e.ErrorId == PipelineErrorId.TriggerOutcomeUnknown)
        {
            record?.Record(
                line! with
                {
                    State = LedgerState.Unknown,
                    CheckedAt = trigger.LastSentAt,
                    SentUntil = UntilOf(trigger),
                    Message = SafeText.Clean(e.Message),
                }
            );
            throw;
        }
        catch (Exception) when (trigger.Subject?.User is not null)
        {
            record?.Record(line! with { State = LedgerState.Absent });
            throw;
        }
    }

    /// <summary>Finds out what the trigger's run could be looked for among.</summary>
    internal async Task FindSubjectAsync(PendingTrigger trigger, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var subject = reconciler is null
            ? null
            : await reconciler.SubjectAsync(trigger.Request, observer, cancellationToken).WithoutRunAsync().ConfigureAwait(false);
        trigger.Subject = subject is { User: null } && !sendsIds ? null : subject;
    }

    /// <summary>Sends a trigger until its run is known, or surely there is none.</summary>
    /// <param name="confirm">Makes sure that it still may be sent.</param>
    /// <param name="onDoubt">Told that the outcome is unknown, before it is looked into.</param>
    /// <param name="adopt">Told of a run that was found.</param>
    internal async Task<PipelineRun> SendAsync(
        PendingTrigger trigger,
        Func<CancellationToken, Task>? confirm,
        Func<PendingTrigger, Task> onDoubt,
        Func<PipelineRun, Task> adopt,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        for (var sendings = 1; ; sendings++)
        {
            if (sendings > 1 && confirm is not null)
            {
                // Finding out took its time; the key may have gone to somebody else meanwhile.
                trigger.ConfirmedAt = time.UtcDateTime();
                await confirm(cancellationToken).ConfigureAwait(false);
            }

            trigger.Sent = reconciler?.Now() ?? default;
            var attempt = new TriggerAttempt(sendsIds ? trigger.CorrelationId : null, time, confirm, trigger.ConfirmedAt);
            async Task<PipelineRun> Send() =>
                await vendor.TriggerAsync(trigger.Request, attempt, observer, cancellationToken).ConfigureAwait(false) is var run
                && RunId.IsUsable(run.RunId)
                    ? run
                    : throw SenderErrors.OutcomeUnknown(
                        $"{run.Vendor} gave the run an id that cannot be one: '{SafeText.Clean(run.RunId, 100)}'."
                    );

            try
            {
                return reconciler is null
                    ? await Send().ConfigureAwait(false)
                    : await reconciler.SendAsync(trigger, attempt, Send, cancellationToken).ConfigureAwait(false);
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
                await TellAsync(onDoubt, trigger).ConfigureAwait(false);
                if (await SettleAsync(trigger, doubt, adopt, observer, cancellationToken).ConfigureAwait(false) is { } run)
                {
                    return run;
                }

                if (sendings == MostSendings || cancellationToken.IsCancellationRequested)
                {
                    throw new PipelineException(
                        PipelineErrorId.VendorUnavailable,
                        $"{trigger.Request.Target}: {doubt.Incident ?? doubt.Message} The vendor's list of runs shows that no run was created{(sendings == 1 ? "" : $", {sendings} times")}. Try again later."
                    )
                    {
                        Absence = RunAbsence.Told,
                    };
                }

                observer.Warning(
                    $"{trigger.Request.Target}: the answer to the trigger was lost, and the vendor's list of runs shows that no run was created; it is triggered again."
                );
            }
        }
    }

    private async Task TellAsync(Func<PendingTrigger, Task> onDoubt, PendingTrigger trigger)
    {
        try
        {
            await onDoubt(trigger).ConfigureAwait(false);
        }
        catch
        {
            reconciler?.GiveUp(trigger);
            throw;
        }
    }

    /// <summary>The run of a trigger in doubt; null if there surely is none.</summary>
    internal async Task<PipelineRun?> SettleAsync(
        PendingTrigger trigger,
        PipelineException doubt,
        Func<PipelineRun, Task> adopt,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        if (reconciler is null)
        {
            throw doubt;
        }

        var run = await reconciler.SettleAsync(trigger, doubt, adopt, observer, cancellationToken).ConfigureAwait(false);
        if (run is not null)
        {
            run.Details[RunOrigin.Detail] = RunOrigin.Adopted;
            observer.Warning(
                $"{trigger.Request.Target}: the answer to the trigger was lost; its run was found at the vendor and adopted: {run.RunId}."
            );
        }

        return run;
    }

    /// <summary>Takes up a trigger of an earlier process.</summary>
    internal void Resume(PendingTrigger trigger, LedgerEntry entry) => reconciler?.Resume(trigger, entry);

    /// <summary>Now, by the clock of a vendor that can list runs; null where no answer was dated.</summary>
    internal VendorSpan? Now() => reconciler?.Dated();

    /// <summary>After this, by the vendor's clock, the trigger was surely not sent.</summary>
    internal DateTime? UntilOf(PendingTrigger trigger) => reconciler?.Dated() is null ? null : trigger.Sent.Until;

    /// <summary>The run of an entry as it stands now; as it was last seen where the vendor cannot tell at this moment.</summary>
    internal async Task<PipelineRun> ReadAsync(LedgerEntry entry, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var known = entry.ToRun();
        try
        {
            return await vendor.ReadAsync(known, observer, cancellationToken).ConfigureAwait(false);
        }
        catch (PipelineException e) when (RunErrors.IsOutage(e))
        {
            observer.Warning($"{known.Vendor} run {known.RunId} is shown as it was last seen: {e.Message}");
            return known;
        }
        catch (PipelineException e)
            when (e.ErrorId == PipelineErrorId.RunNotFound && (time.UtcDateTime() - entry.ClaimedAt).Duration() < FreshFor)
        {
            return known;
        }
        catch (PipelineException e)
        {
            // There is one, whatever keeps it from being read.
            e.Run ??= known;
            throw;
        }
    }
}
