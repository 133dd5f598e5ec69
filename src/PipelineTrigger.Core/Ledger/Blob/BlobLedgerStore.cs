using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Ledger.Blob;

/// <summary>
/// A ledger in an Azure Blob container. A name's owner holds a lease on its lock blob, which expires unless it is renewed. The entry beside
/// it is created with <c>If-None-Match</c> and changed with <c>If-Match</c>, so an owner whose lease has expired cannot undo later changes.
/// </summary>
internal sealed class BlobLedgerStore : ILedgerStore
{
    private const string Keys = "keys/";
    private const string Locks = "locks/";
    private const string EntryEnd = ".json";
    private const int ReadsAtOnce = 16;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly BlobClient blobs;
    private readonly BlobHistory history;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<string, (string ETag, StoredEntry Entry)> known = new(StringComparer.Ordinal);

    public BlobLedgerStore(BlobAddress address, SenderOptions options, ProxyChoice proxy)
    {
        time = options.Time;
        blobs = new(address, options, proxy);
        history = new(blobs, time);
    }

    public string Location => blobs.Location;

    public async Task<ILedgerClaim> AcquireAsync(string name, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var blob = Locks + name;
        var isFirst = await MakeLockAsync().ConfigureAwait(false);
        var patience = new ClaimPatience(Location, time, observer);
        for (var pause = Pause; ; )
        {
            var (lease, outcome) = await BlobLease.TryAcquireAsync(blobs, blob, time, observer, cancellationToken).ConfigureAwait(false);
            if (lease is not null)
            {
                var claim = await ClaimAsync(name, lease, isFirst, observer, cancellationToken).ConfigureAwait(false);
                try
                {
                    claim.Found?.Check(name, Location);
                    return claim;
                }
                catch
                {
                    await claim.DisposeAsync().ConfigureAwait(false);
                    throw;
                }
            }

            if (outcome == BlobOutcome.Missing)
            {
                isFirst = await MakeLockAsync().ConfigureAwait(false);
                continue;
            }

            isFirst = false;
            await patience.PauseAsync(pause, cancellationToken).ConfigureAwait(false);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }

        // Most keys are new, so creating the lock is as informative as reading it.
        async Task<bool> MakeLockAsync() =>
            (await blobs.PutAsync(blob, [], null, observer, cancellationToken).ConfigureAwait(false)).IsDone;
    }

    public async Task<ILedgerClaim?> TryAcquireAsync(string name, CancellationToken cancellationToken)
    {
        var observer = SilentObserver.Instance;
        var (lease, outcome) = await BlobLease
            .TryAcquireAsync(blobs, Locks + name, time, observer, cancellationToken)
            .ConfigureAwait(false);
        if (outcome == BlobOutcome.Missing)
        {
            await blobs.PutAsync(Locks + name, [], null, observer, cancellationToken).ConfigureAwait(false);
            (lease, _) = await BlobLease.TryAcquireAsync(blobs, Locks + name, time, observer, cancellationToken).ConfigureAwait(false);
        }

        return lease is null ? null : await ClaimAsync(name, lease, isFirst: false, observer, cancellationToken).ConfigureAwait(false);
    }

    public async Task<bool> HasAsync(string name, CancellationToken cancellationToken) =>
        (await blobs.GetAsync(Keys + name + EntryEnd, SilentObserver.Instance, cancellationToken).ConfigureAwait(false)).IsDone;

    public async Task<bool> IsOwnedAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await blobs.GetAsync(Locks + name, SilentObserver.Instance, cancellationToken).ConfigureAwait(false);
        return answer.IsDone && answer.IsLeased;
    }

    public IAsyncEnumerable<StoredEntry> ListAsync(DateTime? since, CancellationToken cancellationToken) =>
        ListAsync(BlobFolder.Since(since), cancellationToken);

    public async IAsyncEnumerable<StoredEntry> ListSubjectAsync(
        string subject,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var wanted = LedgerName.OfIndex(subject);
        await foreach (var entry in ListAsync(b => b.Subject is null || b.Subject == wanted, cancellationToken).ConfigureAwait(false))
        {
            if (entry.Content is null || entry.Content.Subject == subject)
            {
                yield return entry;
            }
        }
    }

    public Task AppendAsync(IReadOnlyList<LedgerEntry> lines, CancellationToken cancellationToken) =>
        history.AppendAsync(lines, cancellationToken);

    public IAsyncEnumerable<HistoryPage> ReadHistoryAsync(DateTime? since, CancellationToken cancellationToken) =>
        history.ReadAsync(since, cancellationToken);

    public Task RewriteAsync(string page, Func<LedgerEntry, bool> stays, CancellationToken cancellationToken) =>
        history.RewriteAsync(page, stays, cancellationToken);

    public async Task PruneAsync(TimeSpan unchangedFor, CancellationToken cancellationToken)
    {
        var entries = await blobs.ListAsync(Keys, null, cancellationToken).ConfigureAwait(false);
        foreach (var old in Old(entries, unchangedFor))
        {
            await RetireAsync(NameOf(old), (entry, age) => age > unchangedFor && LedgerAge.IsOver(entry, age), cancellationToken)
                .ConfigureAwait(false);
        }

        var locks = await blobs.ListAsync(Locks, null, cancellationToken).ConfigureAwait(false);
        if (entries.NextMarker is null)
        {
            var used = new HashSet<string>(entries.Blobs.Select(NameOf), StringComparer.Ordinal);
            foreach (var unused in Old(locks, unchangedFor).Select(b => b.Name.Substring(Locks.Length)).Where(name => !used.Contains(name)))
            {
                await RetireAsync(unused, static (_, _) => false, cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var page in Old(await blobs.ListAsync(BlobHistory.Folder, null, cancellationToken).ConfigureAwait(false), unchangedFor))
        {
            await history
                .RewriteAsync(page.Name.Substring(BlobHistory.Folder.Length), static line => line.IsInDoubt, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    public void Dispose() => blobs.Dispose();

    private static string NameOf(ListedBlob entry) => entry.Name.Substring(Keys.Length, entry.Name.Length - Keys.Length - EntryEnd.Length);

    // The list tells the service's times, less how far its clock is ahead of ours. Others each time: what must stay is not to keep the
    // rest from its turn.
    private List<ListedBlob> Old(BlobListing listing, TimeSpan unchangedFor) =>
        listing
            .Blobs.Where(b => time.UtcDateTime() - b.ChangedAt > unchangedFor)
            .OrderBy(_ => Guid.NewGuid())
            .Take(LedgerAge.MostAtOnce)
            .ToList();

    private async Task RetireAsync(string name, Func<LedgerEntry?, TimeSpan, bool> isOver, CancellationToken cancellationToken)
    {
        if (await TryAcquireAsync(name, cancellationToken).ConfigureAwait(false) is not { } claim)
        {
            return;
        }

        await using var _ = claim.ConfigureAwait(false);
        try
        {
            if (!claim.Exists || claim.ChangedAt is { } changed && isOver(claim.Content, time.UtcDateTime() - changed))
            {
                await claim.RetireAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ClaimLost)
        {
            // It is in use.
        }
    }

    private async IAsyncEnumerable<StoredEntry> ListAsync(
        Func<ListedBlob, bool> isWanted,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var batch in BlobFolder.ReadAsync(blobs, Keys, isWanted, ReadsAtOnce, cancellationToken).ConfigureAwait(false))
        {
            foreach (
                var entry in await Task.WhenAll(
                        batch.Where(b => b.Name.EndsWith(EntryEnd, StringComparison.Ordinal)).Select(b => ReadAsync(b, cancellationToken))
                    )
                    .ConfigureAwait(false)
            )
            {
                if (entry is not null)
                {
                    yield return entry;
                }
            }
        }
    }

    // A process that created the lock blob needs no look at the entry, because the name had no owner before. If there is one,
    // If-None-Match would tell.
    private async Task<ILedgerClaim> ClaimAsync(
        string name,
        BlobLease lease,
        bool isFirst,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var blob = Keys + name + EntryEnd;
        try
        {
            var found = isFirst ? null : await blobs.GetAsync(blob, observer, cancellationToken).ConfigureAwait(false);
            return new BlobClaim(name, blob, found is { IsDone: true } ? found : null, lease, blobs, time, observer);
        }
        catch
        {
            await lease.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<StoredEntry?> ReadAsync(ListedBlob listed, CancellationToken cancellationToken)
    {
        if (known.TryGetValue(listed.Name, out var before) && before.ETag == listed.ETag)
        {
            return before.Entry;
        }

        var answer = await blobs.GetAsync(listed.Name, SilentObserver.Instance, cancellationToken).ConfigureAwait(false);
        if (!answer.IsDone)
        {
            return null;
        }

        var entry = new StoredEntry(NameOf(listed), EntryText.Read(answer.Body), answer.ChangedAt ?? listed.ChangedAt);
        known[listed.Name] = (listed.ETag, entry);
        return entry;
    }
}
