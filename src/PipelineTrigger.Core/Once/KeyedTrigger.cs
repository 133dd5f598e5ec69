using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Once;

/// <summary>One trigger with a key: docs/exactly-once.md draws what happens.</summary>
internal sealed class KeyedTrigger(
    IVendorClient vendor,
    TriggerSender sender,
    RunLedger ledger,
    TriggerCall call,
    string key,
    TimeProvider time
)
{
    // Each entry contains the one before it, and must stay readable.
    private const int MostRetriggers = 20;

    private readonly IdempotencyOptions options = call.Options;
    private readonly IOperationObserver observer = call.Observer;

    /// <summary>The key's run: the one it stands for, or a new one.</summary>
    public async Task<PipelineRun> RunAsync(CancellationToken cancellationToken)
    {
        var workspace = await sender.WorkspaceAsync(call, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var claim = await ledger.ClaimAsync(key, workspace, observer, cancellationToken).WithoutRunAsync().ConfigureAwait(false);
            await using var _ = claim.ConfigureAwait(false);
            try
            {
                var run = await RunAsync(new KeyRecord(sender, ledger, claim, call, key, time), cancellationToken).ConfigureAwait(false);
                run.IdempotencyKey = key;
                return run;
            }
            catch (ClaimLost)
            {
                observer.Verbose($"Another process took key '{key}' before anything was sent. Reading the key again.");
            }
        }
    }

    private async Task<PipelineRun> RunAsync(KeyRecord record, CancellationToken cancellationToken)
    {
        if (!record.Exists || record.Content is { IsInDoubt: false } old && IsOver(old))
        {
            return await TriggerAsync(record, NewId(), null, cancellationToken).ConfigureAwait(false);
        }

        if (record.Content is { Salt: { } salt } entry && RequestDigest.Of(call.Request, salt) != entry.Digest)
        {
            throw KeyErrors.Conflict(key, entry);
        }

        return record.Content is { IsInDoubt: false } settled
            ? await ReattachAsync(record, settled, cancellationToken).ConfigureAwait(false)
            : await ResumeAsync(record, cancellationToken).ConfigureAwait(false);
    }

    private async Task<PipelineRun> ReattachAsync(KeyRecord record, LedgerEntry entry, CancellationToken cancellationToken)
    {
        var run = await ReadAsync(entry, cancellationToken).ConfigureAwait(false);
        if (run.IsFinished && !run.Succeeded && options.RetriggerFailed)
        {
            observer.Verbose($"Key '{key}': run {run.RunId} ended {run.Status}; it is triggered again.");
            return await TriggerAsync(record, NewId(), entry, cancellationToken).ConfigureAwait(false);
        }

        if (run.Status != entry.Status)
        {
            await record.SettleAsync(run).ConfigureAwait(false);
        }

        run.Details[RunOrigin.Detail] =
            $"{RunOrigin.Reattached}: triggered on {entry.ClaimedAt:yyyy-MM-dd HH:mm:ss}Z by {entry.HostName} with this key";
        if (run.IsFinished && !run.Succeeded)
        {
            observer.Warning(
                $"Key '{key}' stands for {run.Vendor} run {run.RunId}, which ended {run.Status}: nothing was triggered. "
                    + "To trigger it again, use -RetriggerFailed."
            );
        }

        return run;
    }

    // The last known state, if the vendor cannot be reached.
    private async Task<PipelineRun> ReadAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        var known = entry.ToRun();
        try
        {
            return await vendor.ReadAsync(known, observer, cancellationToken).ConfigureAwait(false);
        }
        catch (PipelineException e) when (RunErrors.IsOutage(e))
        {
            observer.Warning($"{known.Vendor} run {known.RunId} is returned with its last known status: {e.Message}");
            return known;
        }
        catch (PipelineException e)
            when (e.ErrorId == PipelineErrorId.RunNotFound && (time.UtcDateTime() - entry.ClaimedAt).Duration() < TriggerOnce.FreshFor)
        {
            return known;
        }
        catch (PipelineException e) when (e.ErrorId == PipelineErrorId.RunNotFound)
        {
            throw KeyErrors.RunNotFound(key, e, known);
        }
        catch (PipelineException e)
        {
            // There is a run, although it cannot be read.
            e.Run ??= known;
            throw;
        }
    }

    private async Task<PipelineRun> ResumeAsync(KeyRecord record, CancellationToken cancellationToken)
    {
        if (record.Content is not { } entry)
        {
            return await RetriggerAsync(record, KeyErrors.Damaged(call.Request, record, ledger), record.Damaged(), cancellationToken)
                .ConfigureAwait(false);
        }

        var trigger = new PendingTrigger(call, record, entry.CorrelationId ?? "") { LedgerName = record.Name };
        try
        {
            if (await FindAsync(record, trigger, entry, cancellationToken).ConfigureAwait(false) is { } found)
            {
                return found;
            }
        }
        catch (PipelineException e) when (e.ErrorId == PipelineErrorId.TriggerOutcomeUnknown)
        {
            return await RetriggerAsync(record, e, entry, cancellationToken).ConfigureAwait(false);
        }

        if (entry.Previous is { } before)
        {
            // The retrigger created no run, so the key stands for what it stood for before.
            await record.WriteAsync(before, cancellationToken).ConfigureAwait(false);
            return await RunAsync(record, cancellationToken).ConfigureAwait(false);
        }

        observer.Warning(
            $"{call.Request.Target}: key '{key}' was left in doubt, and the vendor's list of runs shows that no run was created; "
                + "it is triggered now."
        );
        var id = trigger.CorrelationId.Length == 0 ? NewId() : trigger.CorrelationId;
        return await TriggerAsync(record, id, null, cancellationToken).ConfigureAwait(false);
    }

    // The run of an earlier process's trigger; null if certainly there is none.
    private async Task<PipelineRun?> FindAsync(
        KeyRecord record,
        PendingTrigger trigger,
        LedgerEntry entry,
        CancellationToken cancellationToken
    )
    {
        var doubt = KeyErrors.LeftInDoubt(call.Request, entry);
        if (entry.State == LedgerState.Intent)
        {
            await record.WriteAsync(entry with { State = LedgerState.Unknown }, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            await sender.FindSubjectAsync(trigger, cancellationToken).ConfigureAwait(false);
        }
        catch (PipelineException e)
        {
            throw KeyErrors.CouldNotSearch(doubt, e);
        }

        if (entry.Subject is null)
        {
            // No id was sent with it that identifies its run, whatever this connection sends.
            trigger.Subject = null;
        }

        if (trigger.Subject?.User is { } user && user != entry.User)
        {
            // A list of this user's runs proves nothing about another user's trigger.
            throw KeyErrors.OfAnotherUser(doubt);
        }

        sender.Resume(trigger, entry);
        return await sender.SettleAsync(trigger, doubt, cancellationToken).ConfigureAwait(false);
    }

    private async Task<PipelineRun> RetriggerAsync(
        KeyRecord record,
        PipelineException doubt,
        LedgerEntry entry,
        CancellationToken cancellationToken
    )
    {
        if (entry.Depth >= MostRetriggers)
        {
            throw KeyErrors.TooManyRetriggers(key, doubt, MostRetriggers);
        }

        return
            options.RetriggerUnknown is { } ask
            && await ask($"{doubt.Message} Triggering again may create a second run.", cancellationToken).ConfigureAwait(false)
            ? await TriggerAsync(record, NewId(), entry, cancellationToken).ConfigureAwait(false)
            : throw KeyErrors.InDoubt(key, doubt);
    }

    // If this creates no run, the key stands for what it stood for before.
    private async Task<PipelineRun> TriggerAsync(
        KeyRecord record,
        string correlationId,
        LedgerEntry? previous,
        CancellationToken cancellationToken
    )
    {
        var trigger = new PendingTrigger(call, record, correlationId) { LedgerName = record.Name };
        await sender.FindSubjectAsync(trigger, cancellationToken).ConfigureAwait(false);
        await record.BeginAsync(trigger, previous, cancellationToken).ConfigureAwait(false);
        try
        {
            var run = await sender.SendAsync(trigger, cancellationToken).ConfigureAwait(false);
            if (!record.IsAdopted)
            {
                await record.SettleAsync(run).ConfigureAwait(false);
            }

            record.RecordReplaced();
            return run;
        }
        catch (PipelineException e) when (e.ErrorId == PipelineErrorId.TriggerOutcomeUnknown)
        {
            throw KeyErrors.InDoubt(key, e);
        }
        catch (Exception e) when (e is OperationCanceledException or PipelineException)
        {
            await record.RestoreAsync(previous).ConfigureAwait(false);
            throw;
        }
    }

    private bool IsOver(LedgerEntry settled) => KeyWindow.IsOver(settled, options.Window, sender.Now(), time.UtcDateTime());

    private static string NewId() => Guid.NewGuid().ToString("N");
}
