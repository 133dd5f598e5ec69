using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Ledger;

namespace PipelineTrigger.Core.Runs;

/// <summary>What happens under one key, by its owner: docs/exactly-once.md draws it.</summary>
internal sealed class KeyedTrigger(SureTrigger triggers, RunLedger ledger, ILedgerClaim claim, TriggerRequest request, TriggerTerms terms, IOperationObserver observer, TimeProvider time)
{
    // Each keeps what came before it, and an entry must stay readable.
    private const int MostRetriggers = 20;

    private readonly string key = terms.Key!;

    /// <summary>The key's run: the one it has stood for, or a new one.</summary>
    /// <exception cref="ClaimLost">Nothing was sent; somebody else has the key.</exception>
    public async Task<PipelineRun> RunAsync(CancellationToken cancellationToken)
    {
        if (!claim.Exists || claim.Content is { IsInDoubt: false } old && time.UtcDateTime() - old.ClaimedAt > terms.Window)
        {
            return await TriggerAsync(NewId(), null, cancellationToken).ConfigureAwait(false);
        }

        if (claim.Content is { Salt: { } salt } entry && RequestDigest.Of(request, salt) != entry.Digest)
        {
            throw new PipelineException(PipelineErrorId.IdempotencyKeyConflict, $"Key '{key}' was used on {entry.ClaimedAt:yyyy-MM-dd HH:mm:ss}Z by {entry.HostName} for another request ({entry.Target}). Nothing was sent. Use another key, or the same values.");
        }

        return claim.Content is { IsInDoubt: false } settled
            ? await ReattachAsync(settled, cancellationToken).ConfigureAwait(false)
            : await ResumeAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<PipelineRun> ReattachAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        var run = await ReadAsync(entry, cancellationToken).ConfigureAwait(false);
        if (run.IsFinished && !run.Succeeded && terms.RetriggerFailed)
        {
            observer.Verbose($"Key '{key}': run {run.RunId} ended {run.Status}; it is triggered again.");
            return await TriggerAsync(NewId(), entry, cancellationToken).ConfigureAwait(false);
        }

        if (run.Status != entry.Status)
        {
            await KeepAsync(entry.With(run, time.UtcDateTime())).ConfigureAwait(false);
        }

        run.Details[Origins.Detail] = $"{Origins.Reattached}: triggered on {entry.ClaimedAt:yyyy-MM-dd HH:mm:ss}Z by {entry.HostName} with this key";
        if (run.IsFinished && !run.Succeeded)
        {
            observer.Warning($"Key '{key}' stands for {run.Vendor} run {run.RunId}, which ended {run.Status}: nothing was triggered. Give -RetriggerFailed to trigger it anew.");
        }

        return run;
    }

    private async Task<PipelineRun> ReadAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            return await triggers.ReadAsync(entry, observer, cancellationToken).ConfigureAwait(false);
        }
        catch (PipelineException e) when (e.ErrorId == PipelineErrorId.RunNotFound)
        {
            throw new PipelineException(e.ErrorId, $"{e.Message} Key '{key}' stands for that run, so nothing was triggered: another key triggers, or the same one after Remove-PipelineRunHistory.") { Run = e.Run };
        }
    }

    private async Task<PipelineRun> ResumeAsync(CancellationToken cancellationToken)
    {
        if (claim.Content is not { } entry)
        {
            return await RetriggerAsync(
                new(PipelineErrorId.TriggerOutcomeUnknown, $"The ledger's entry for {request.Target} is damaged ({claim.Name} in {ledger.Place}, of {claim.ChangedAt:yyyy-MM-dd HH:mm:ss}Z), so it cannot tell whether a run was created. It is not triggered again."),
                Damaged(),
                cancellationToken).ConfigureAwait(false);
        }

        var doubt = new PipelineException(
            PipelineErrorId.TriggerOutcomeUnknown,
            $"{request.Target} was triggered on {entry.ClaimedAt:yyyy-MM-dd HH:mm:ss}Z by {entry.HostName} (process {entry.ProcessId}), which has not told whether a run was created. It is not triggered again.");
        var trigger = new OpenTrigger(request, entry.TriggerId ?? "") { LedgerName = claim.Name };
        try
        {
            if (entry.State == LedgerState.Intent)
            {
                await claim.WriteAsync(entry with { State = LedgerState.Unknown }, cancellationToken).ConfigureAwait(false);
            }

            await FindSubjectAsync(trigger, doubt, cancellationToken).ConfigureAwait(false);
            if (entry.Subject is null)
            {
                // Nothing went along with it by which its run could be told, whatever this connection sends.
                trigger.Subject = null;
            }

            CheckUser(trigger, entry, doubt);
            triggers.Resume(trigger, entry);
            if (await triggers.SettleAsync(trigger, doubt, run => AdoptAsync(claim.Content ?? entry, run), observer, cancellationToken).ConfigureAwait(false) is { } found)
            {
                return found;
            }
        }
        catch (PipelineException e) when (e.ErrorId == PipelineErrorId.TriggerOutcomeUnknown)
        {
            return await RetriggerAsync(e, entry, cancellationToken).ConfigureAwait(false);
        }

        if (entry.Previous is { } before)
        {
            // What was triggered again made no run, so the key stands where it stood.
            await claim.WriteAsync(before, cancellationToken).ConfigureAwait(false);
            return await RunAsync(cancellationToken).ConfigureAwait(false);
        }

        observer.Warning($"{request.Target}: key '{key}' was left in doubt, and the vendor's list of runs shows that no run was created; it is triggered now.");
        return await TriggerAsync(trigger.Id.Length == 0 ? NewId() : trigger.Id, null, cancellationToken).ConfigureAwait(false);
    }

    private async Task<PipelineRun> RetriggerAsync(PipelineException doubt, LedgerEntry? entry, CancellationToken cancellationToken)
    {
        if (entry?.Depth >= MostRetriggers)
        {
            throw new PipelineException(
                PipelineErrorId.TriggerOutcomeUnknown,
                $"{doubt.Message} Key '{key}' was triggered again {MostRetriggers} times without a known outcome, and is not triggered again. Look at the vendor's page of runs, then remove the key with Remove-PipelineRunHistory -Force.");
        }

        return terms.RetriggerUnknown is { } ask && await ask($"{doubt.Message} Triggering again may create a second run.", cancellationToken).ConfigureAwait(false)
            ? await TriggerAsync(NewId(), entry, cancellationToken).ConfigureAwait(false)
            : throw InDoubt(doubt);
    }

    // What the key stood for comes back if this makes no run.
    private async Task<PipelineRun> TriggerAsync(string triggerId, LedgerEntry? previous, CancellationToken cancellationToken)
    {
        var trigger = new OpenTrigger(request, triggerId) { LedgerName = claim.Name };
        await triggers.FindSubjectAsync(trigger, observer, cancellationToken).ConfigureAwait(false);
        var replaced = claim.Content;
        var entry = ledger.Intent(request, trigger.Subject, key, triggerId, triggers.Now()) with { WindowDays = terms.Window.TotalDays, Previous = previous };
        trigger.ConfirmedAt = entry.CheckedAt;
        await claim.WriteAsync(entry, cancellationToken).WithoutRunAsync().ConfigureAwait(false);
        try
        {
            var adopted = false;
            var run = await triggers.SendAsync(
                trigger,
                async stop =>
                {
                    await claim.ConfirmAsync(stop).ConfigureAwait(false);
                    entry = entry with { State = LedgerState.Intent, CheckedAt = time.UtcDateTime(), SentUntil = triggers.Now()?.Until + TriggerAttempt.TrustedFor };
                    await claim.WriteAsync(entry, stop).ConfigureAwait(false);
                },
                lost => KeepAsync(entry = entry with { State = LedgerState.Unknown, CheckedAt = lost.LastSentAt, SentUntil = triggers.UntilOf(lost) }),
                async found =>
                {
                    adopted = true;
                    await AdoptAsync(entry, found).ConfigureAwait(false);
                },
                observer,
                cancellationToken).ConfigureAwait(false);
            if (!adopted)
            {
                await KeepAsync(entry.With(run, time.UtcDateTime())).ConfigureAwait(false);
            }

            if (replaced is not null)
            {
                ledger.Record(replaced);
            }

            return run;
        }
        catch (PipelineException e) when (e.ErrorId == PipelineErrorId.TriggerOutcomeUnknown)
        {
            throw InDoubt(e);
        }
        catch (Exception e) when (e is OperationCanceledException or PipelineException)
        {
            await RestoreAsync(previous).ConfigureAwait(false);
            throw;
        }
    }

    private async Task FindSubjectAsync(OpenTrigger trigger, PipelineException doubt, CancellationToken cancellationToken)
    {
        try
        {
            await triggers.FindSubjectAsync(trigger, observer, cancellationToken).ConfigureAwait(false);
        }
        catch (PipelineException e)
        {
            throw new PipelineException(PipelineErrorId.TriggerOutcomeUnknown, $"{doubt.Message} It could not be looked for: {e.Message}");
        }
    }

    // Nobody's list proves anything of another user's runs, and no other run of this user's is the key's.
    private static void CheckUser(OpenTrigger trigger, LedgerEntry entry, PipelineException doubt)
    {
        if (trigger.Subject?.User is { } user && user != entry.User)
        {
            throw new PipelineException(
                PipelineErrorId.TriggerOutcomeUnknown,
                $"{doubt.Message} It may have been triggered by another user, whose runs this connection cannot look for. Give the key again with that user's credential.");
        }
    }

    // What a damaged entry still says: that something was, or was about to be, triggered.
    private LedgerEntry Damaged() => ledger.Intent(request, null, key, null, null) with { State = LedgerState.Unknown, Salt = null, Digest = null, ClaimedAt = claim.ChangedAt ?? time.UtcDateTime() };

    // What was adopted must be on record before anybody else may find it.
    private Task AdoptAsync(LedgerEntry entry, PipelineRun run) => claim.WriteAsync(entry.With(run, time.UtcDateTime()) with { Origin = Origins.Adopted }, CancellationToken.None);

    private async Task KeepAsync(LedgerEntry entry)
    {
        try
        {
            await claim.WriteAsync(entry, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is PipelineException or ClaimLost)
        {
            observer.Warning($"{request.Target}: what became of key '{key}' ({(entry.RunId is { } run ? $"run {run}" : "unknown")}) could not be written to the ledger, where it stays in doubt: {e.Message}");
        }
    }

    private async Task RestoreAsync(LedgerEntry? previous)
    {
        try
        {
            await (previous is null ? claim.DeleteAsync(CancellationToken.None) : claim.WriteAsync(previous, CancellationToken.None)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is PipelineException or ClaimLost)
        {
            observer.Warning($"Key '{key}' could not be freed, although no run was created, and stays in doubt: {e.Message}");
        }
    }

    private PipelineException InDoubt(PipelineException doubt) => new(
        PipelineErrorId.TriggerOutcomeUnknown,
        $"{doubt.Message} Key '{key}' stays in doubt until that is settled: give it again to look again, with -RetriggerUnknown to trigger again; Remove-PipelineRunHistory -Force forgets it.");

    private static string NewId() => Guid.NewGuid().ToString("N");
}
