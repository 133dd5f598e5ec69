using System.Runtime.CompilerServices;

namespace PipelineTrigger.Core.Ledger;

/// <summary>Reads and clears a ledger for people.</summary>
internal static class RunHistory
{
    /// <summary>All that the ledger tells, oldest first.</summary>
    /// <exception cref="PipelineException">LedgerUnavailable.</exception>
    public static async Task<IReadOnlyList<PipelineRunHistory>> ReadAsync(ILedgerStore store, CancellationToken cancellationToken)
    {
        List<PipelineRunHistory> all = [];
        await foreach (var stored in store.ListAsync(null, cancellationToken).ConfigureAwait(false))
        {
            var isOwned = stored.Content is not { IsInDoubt: false } && await store.IsOwnedAsync(stored.Name, cancellationToken).ConfigureAwait(false);
            all.Add(Of(stored, isOwned, store));
        }

        List<LedgerEntry> sightings = [];
        await foreach (var page in store.ReadJournalAsync(null, cancellationToken).ConfigureAwait(false))
        {
            sightings.AddRange(page.Lines.Where(IsSighting));
            all.AddRange(page.Lines.Where(l => !IsSighting(l)).Select(line => Of(line, State(line, isOwned: false), store, new Line(store, page, line))));
        }

        Merge(all, sightings);
        return [.. all.OrderBy(h => h.TriggeredAt)];
    }

    /// <summary>Takes entries away. One that is being triggered at this moment stays, and is told.</summary>
    /// <param name="kept">Told of each that could not be.</param>
    public static async Task RemoveAsync(IReadOnlyList<PipelineRunHistory> entries, IOperationObserver observer, Action<PipelineRunHistory, PipelineException> kept, CancellationToken cancellationToken)
    {
        foreach (var entry in entries.Where(e => e.Place is Key))
        {
            var (store, name) = (Key)entry.Place!;
            if (await store.IsOwnedAsync(name, cancellationToken).ConfigureAwait(false))
            {
                kept(entry, new(PipelineErrorId.InvalidInput, $"Key '{entry.IdempotencyKey}' is being triggered at this moment by {entry.HostName} (process {entry.ProcessId}), and stays."));
                continue;
            }

            var claim = await store.AcquireAsync(name, observer, cancellationToken).ConfigureAwait(false);
            await using var _ = claim.ConfigureAwait(false);
            await claim.DeleteAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var page in entries.Select(e => e.Place).OfType<Line>().GroupBy(l => (l.Store, l.Page.Name)))
        {
            var gone = new HashSet<LedgerEntry>(page.Select(l => l.Entry));
            await foreach (var now in page.Key.Store.ReadJournalAsync(null, cancellationToken).ConfigureAwait(false))
            {
                if (now.Name == page.Key.Name)
                {
                    await page.Key.Store.RewriteAsync(now, [.. now.Lines.Where(l => !gone.Contains(l) && !(IsSighting(l) && gone.Any(g => g.RunId == l.RunId)))], cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    // A line that only tells how a run stood.
    private static bool IsSighting(LedgerEntry line) => line.Target is null;

    private static void Merge(List<PipelineRunHistory> all, List<LedgerEntry> sightings)
    {
        var latest = sightings.GroupBy(s => (s.Vendor, s.BaseUri, s.RunId)).ToDictionary(g => g.Key, g => g.OrderBy(s => s.SeenAt).Last());
        foreach (var entry in all)
        {
            if (latest.TryGetValue((entry.Vendor ?? "", entry.BaseUri ?? "", entry.RunId), out var seen) && seen.SeenAt >= entry.SeenAt)
            {
                (entry.Status, entry.VendorStatus, entry.Message, entry.SeenAt) = (seen.Status, seen.VendorStatus, seen.Message, seen.SeenAt);
            }
        }
    }

    private static PipelineRunHistory Of(StoredEntry stored, bool isOwned, ILedgerStore store) => stored.Content is { } entry
        ? Of(entry, State(entry, isOwned), store, new Key(store, stored.Name))
        : new()
        {
            State = isOwned ? InProgress : "Damaged",
            TriggeredAt = stored.ChangedAt,
            Message = isOwned ? null : $"The entry {stored.Name} is damaged, or of a later version of this module.",
            Ledger = store.Place,
            Place = new Key(store, stored.Name),
        };

    private static PipelineRunHistory Of(LedgerEntry entry, string state, ILedgerStore store, object place) => new()
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
        Ledger = store.Place,
        Place = place,
    };

    private const string InProgress = "InProgress";

    private static string State(LedgerEntry entry, bool isOwned) => !entry.IsInDoubt ? "Settled" : isOwned ? InProgress : "InDoubt";

    private sealed record Key(ILedgerStore Store, string Name);

    private sealed record Line(ILedgerStore Store, JournalPage Page, LedgerEntry Entry);
}
