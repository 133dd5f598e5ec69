using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Once;

/// <summary>The ledger entry of a key, as its owner writes it.</summary>
internal sealed class KeyRecord(TriggerSender sender, RunLedger ledger, ILedgerClaim claim, TriggerCall call, string key, TimeProvider time)
    : ITriggerRecord
{
    private LedgerEntry entry = claim.Content ?? new();
    private LedgerEntry? replaced;

    /// <summary>Whether there is an entry.</summary>
    public bool Exists => claim.Exists;

    /// <summary>The entry; null where there is none, and where it cannot be read.</summary>
    public LedgerEntry? Content => claim.Content;

    public string Name => claim.Name;

    /// <summary>UTC. When the entry was last written before it was claimed.</summary>
    public DateTime? ChangedAt => claim.ChangedAt;

    /// <summary>Whether the run was found by a search.</summary>
    public bool IsAdopted { get; private set; }

    /// <summary>What a damaged entry still shows: that something was, or was about to be, triggered.</summary>
    public LedgerEntry Damaged() =>
        ledger.Intent(call.Request, null, key, null, null) with
        {
            State = LedgerState.Unknown,
            Salt = null,
            Digest = null,
            ClaimedAt = claim.ChangedAt ?? time.UtcDateTime(),
        };

    /// <summary>Records what is about to be triggered.</summary>
    /// <param name="previous">What the key stands for again if this creates no run.</param>
    public async Task BeginAsync(PendingTrigger trigger, LedgerEntry? previous, CancellationToken cancellationToken)
    {
        replaced = claim.Content;
        if (previous is null && replaced is { IsInDoubt: false })
        {
            // Its window is over, but a search for this trigger's run must still know which run belongs to it.
            RecordReplaced();
            await ledger.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        entry = ledger.Intent(call.Request, trigger.Subject, key, trigger.CorrelationId, sender.Now()) with
        {
            WindowDays = call.Options.Window.TotalDays,
            Previous = previous,
        };
        IsAdopted = false;
        trigger.ConfirmedAt = entry.CheckedAt;
        await claim.WriteAsync(entry, cancellationToken).WithoutRunAsync().ConfigureAwait(false);
    }

    /// <summary>Records in the history what the key stood for before.</summary>
    public void RecordReplaced()
    {
        if (replaced is not null)
        {
            ledger.Record(replaced);
            replaced = null;
        }
    }

    /// <summary>Replaces the entry.</summary>
    /// <exception cref="PipelineException">LedgerUnavailable.</exception>
    public Task WriteAsync(LedgerEntry content, CancellationToken cancellationToken)
    {
        entry = content;
        return claim.WriteAsync(content, cancellationToken);
    }

    public async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        await claim.ConfirmAsync(cancellationToken).ConfigureAwait(false);
        entry = entry with
        {
            State = LedgerState.Intent,
            CheckedAt = time.UtcDateTime(),
            SentUntil = sender.Now()?.Until + TriggerAttempt.TrustedFor,
        };
        await claim.WriteAsync(entry, cancellationToken).ConfigureAwait(false);
    }

    public Task InDoubtAsync(DateTime lastSentAt, DateTime? sentUntil) =>
        KeepAsync(entry with { State = LedgerState.Unknown, CheckedAt = lastSentAt, SentUntil = sentUntil });

    public Task AdoptAsync(PipelineRun run)
    {
        IsAdopted = true;
        return claim.WriteAsync(entry.With(run, time.UtcDateTime()) with { Origin = RunOrigin.Adopted }, CancellationToken.None);
    }

    /// <summary>Records the current state of the key's run; a failure is a warning.</summary>
    public Task SettleAsync(PipelineRun run) => KeepAsync(entry.With(run, time.UtcDateTime()));

    /// <summary>No run was created: the key is free, or stands for what it stood for before.</summary>
    public async Task RestoreAsync(LedgerEntry? previous)
    {
        try
        {
            await (
                previous is null ? claim.DeleteAsync(CancellationToken.None) : claim.WriteAsync(previous, CancellationToken.None)
            ).ConfigureAwait(false);
        }
        catch (Exception e) when (e is PipelineException or ClaimLost)
        {
            call.Observer.Warning($"Key '{key}' could not be freed, although no run was created, and stays in doubt: {e.Message}");
        }
    }

    private async Task KeepAsync(LedgerEntry content)
    {
        entry = content;
        try
        {
            await claim.WriteAsync(content, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is PipelineException or ClaimLost)
        {
            var outcome = content.RunId is { } run ? $"run {run}" : "unknown";
            call.Observer.Warning(
                $"{call.Request.Target}: the outcome of key '{key}' ({outcome}) could not be written to the ledger, "
                    + $"where it stays in doubt: {e.Message}"
            );
        }
    }
}
