using System.Runtime.CompilerServices;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Ledger;

/// <summary>Reads and clears a ledger for users.</summary>
internal static class RunHistory
{
    /// <summary>All entries, oldest first.</summary>
    /// <exception cref="PipelineException">LedgerUnavailable.</exception>
    public static async Task<IReadOnlyList<PipelineRunHistory>> ReadAsync(ILedgerStore store, CancellationToken cancellationToken)
    {
        List<PipelineRunHistory> all = [];
        await foreach (var stored in store.ListAsync(null, cancellationToken).ConfigureAwait(false))
        {
            var isOwned =
                stored.Content is not { IsInDoubt: false }
                && await store.IsOwnedAsync(stored.Name, cancellationToken).ConfigureAwait(false);
            all.Add(Of(stored, isOwned, store));
        }

        List<LedgerEntry> sightings = [];
        await foreach (var page in store.ReadHistoryAsync(null, cancellationToken).ConfigureAwait(false))
        {
            sightings.AddRange(page.Lines.Where(IsSighting));
            all.AddRange(
                LatestOf(page.Lines).Select(line => Of(line, State(line, isOwned: false), store, new Line(store, page.Name, line)))
            );
        }

        Merge(all, sightings);
        return [.. all.OrderBy(h => h.TriggeredAt)];
    }

    /// <summary>
    /// Removes entries if they have not changed since they were shown. An entry that is being triggered now is kept and reported.
    /// </summary>
    /// <param name="kept">Called for each entry that was kept.</param>
    public static async Task RemoveAsync(
        IReadOnlyList<PipelineRunHistory> entries,
        Action<PipelineRunHistory, PipelineException> kept,
        CancellationToken cancellationToken
    )
    {
        foreach (var entry in entries.Where(e => e.Place is Key))
        {
            if (await RemoveAsync(entry, (Key)entry.Place!, cancellationToken).ConfigureAwait(false) is { } obstacle)
            {
                kept(entry, obstacle);
            }
        }

        foreach (var page in entries.Select(e => e.Place).OfType<Line>().GroupBy(l => (l.Store, l.Page)))
        {
            var gone = new HashSet<LedgerEntry>(page.Select(l => l.Entry));
            var triggers = new HashSet<string?>(gone.Select(l => l.CorrelationId).Where(id => id is not null));
            await page
                .Key.Store.RewriteAsync(
                    page.Key.Page,
                    l => !gone.Contains(l) && !triggers.Contains(l.CorrelationId) && !(IsSighting(l) && gone.Any(g => g.RunId == l.RunId)),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
    }

    /// <summary>Removes the selected entries whose run is known, and what has not been used for a long time.</summary>
    /// <param name="takes">Selects entries.</param>
    /// <param name="kept">Called for each entry that was kept.</param>
    public static async Task RemoveBeforeAsync(
        ILedgerStore store,
        Func<PipelineRunHistory, bool> takes,
        Action<PipelineRunHistory, PipelineException> kept,
        CancellationToken cancellationToken
    )
    {
        var all = await ReadAsync(store, cancellationToken).ConfigureAwait(false);
        await RemoveAsync([.. all.Where(e => e.State == Settled && takes(e))], kept, cancellationToken).ConfigureAwait(false);
        await store.PruneAsync(LedgerAge.Least, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<PipelineException?> RemoveAsync(PipelineRunHistory entry, Key key, CancellationToken cancellationToken)
    {
        if (entry.State == Unreadable && key.Shown.Flaw == EntryFlaw.Later)
        {
            return new(PipelineErrorId.LedgerUnavailable, key.Shown.Explain(key.Name, entry.Ledger));
        }

        if (await key.Store.TryAcquireAsync(key.Name, cancellationToken).ConfigureAwait(false) is not { } claim)
        {
            var owner = entry.HostName is null ? "" : $" by {entry.HostName} (process {entry.ProcessId})";
            return new(PipelineErrorId.InvalidInput, $"Key '{entry.IdempotencyKey}' is being triggered at this moment{owner}, and stays.");
        }

        await using var _ = claim.ConfigureAwait(false);
        try
        {
            if (claim.Exists && !IsAsShown(claim.Found!, key.Shown))
            {
                var now = claim.Content is { } content
                    ? $"{State(content, isOwned: false)}{(content.RunId is null ? "" : $", run {content.RunId}")}"
                    : Unreadable;
                return new(
                    PipelineErrorId.InvalidInput,
                    $"Key '{entry.IdempotencyKey}' has changed since it was read: it was {entry.State}, and is now {now}. "
                        + "It was not removed. Run Get-PipelineRunHistory again, and check the entry."
                );
            }

            await claim.RetireAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (ClaimLost)
        {
            return new(PipelineErrorId.InvalidInput, $"Key '{entry.IdempotencyKey}' went to another process at this moment, and stays.");
        }
    }

    // Several reads of a run are one run.
    private static bool IsAsShown(EntryText now, EntryText shown) =>
        now.Entry is { IsInDoubt: false } settled && shown.Entry is { IsInDoubt: false } before
            ? settled.RunId == before.RunId && settled.ClaimedAt == before.ClaimedAt
            : now == shown;

    // A trigger without a key has a line before it is sent, and another when its outcome is known.
    private static IEnumerable<LedgerEntry> LatestOf(IReadOnlyList<LedgerEntry> lines) =>
        lines
            .Where(l => !IsSighting(l))
            .GroupBy(l => (object?)l.CorrelationId ?? l)
            .Select(g => g.Last())
            .Where(l => l.State != LedgerState.Absent);

    // A line that only records a run's status.
    private static bool IsSighting(LedgerEntry line) => line.Target is null;

    private static void Merge(List<PipelineRunHistory> all, List<LedgerEntry> sightings)
    {
        var latest = sightings.GroupBy(s => (s.Vendor, s.BaseUri, s.RunId)).ToDictionary(g => g.Key, g => g.OrderBy(s => s.SeenAt).Last());
        foreach (var entry in all)
        {
            if (latest.TryGetValue((entry.Vendor ?? "", entry.BaseUri ?? "", entry.RunId), out var seen) && seen.SeenAt >= entry.SeenAt)
            {
                (entry.Status, entry.VendorStatus, entry.Message, entry.SeenAt) = (
                    seen.Status,
                    seen.VendorStatus,
                    seen.Message,
                    seen.SeenAt
                );
            }
        }
    }

    private static PipelineRunHistory Of(StoredEntry stored, bool isOwned, ILedgerStore store) =>
        stored.Content is { } entry
            ? Of(entry, State(entry, isOwned), store, new Key(store, stored.Name, stored.Text))
            : new()
            {
                State =
                    isOwned ? InProgress
                    : stored.Text.Flaw == EntryFlaw.Cut ? "Damaged"
                    : Unreadable,
                TriggeredAt = stored.ChangedAt,
                Message = isOwned ? null : stored.Text.Explain(stored.Name, store.Location),
                Ledger = store.Location,
                Place = new Key(store, stored.Name, stored.Text),
            };

    private static PipelineRunHistory Of(LedgerEntry entry, string state, ILedgerStore store, object place) =>
        new()
        {
            IdempotencyKey = entry.Key,
            State = state,
            TriggeredAt = entry.ClaimedAt,
            HostName = entry.HostName,
            ProcessId = entry.ProcessId,
            Connection = entry.Connection,
            Vendor = entry.Vendor,
            BaseUri = entry.BaseUri,
            Target = entry.Target,
            RunId = entry.RunId,
            Pipeline = entry.Pipeline,
            Status = entry.Status,
            VendorStatus = entry.VendorStatus,
            Message = entry.Message,
            Url = entry.Url,
            SeenAt = entry.SeenAt,
            Origin = entry.Origin,
            Ledger = store.Location,
            Place = place,
        };

    private const string InProgress = "InProgress";
    private const string Settled = "Settled";
    private const string Unreadable = "Unreadable";

    private static string State(LedgerEntry entry, bool isOwned) =>
        !entry.IsInDoubt ? Settled
        : isOwned ? InProgress
        : "InDoubt";

    private sealed record Key(ILedgerStore Store, string Name, EntryText Shown);

    private sealed record Line(ILedgerStore Store, string Page, LedgerEntry Entry);
}
