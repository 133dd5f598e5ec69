using System.Runtime.CompilerServices;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Tests.Model;

/// <summary>What a process's dealings with a ledger go through.</summary>
internal interface ILedgerGate
{
    /// <summary>Whether old entries are taken away beside the work.</summary>
    bool MayPrune { get; }

    /// <summary>Does something to the place, at once or when its time has come.</summary>
    Task<T> PassAsync<T>(string what, Func<T> action);

    /// <summary>Whether lines of the journal still are written.</summary>
    bool IsAlive { get; }
}

/// <summary>The place of a ledger in memory: entries as bytes, with who owns them.</summary>
internal sealed class MemoryPlace(Func<DateTime> now)
{
    public Lock Gate { get; } = new();

    public Dictionary<string, (byte[] Bytes, DateTime ChangedAt)> Entries { get; } = new(StringComparer.Ordinal);

    /// <summary>The subject that each entry is listed under.</summary>
    public Dictionary<string, string> Subjects { get; } = new(StringComparer.Ordinal);

    /// <summary>The claim that has each name; null where one has had it.</summary>
    public Dictionary<string, object?> Owners { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, (byte[] Bytes, DateTime ChangedAt)> Pages { get; } = new(StringComparer.Ordinal);

    /// <summary>When each key, by its run, was first settled.</summary>
    public Dictionary<(string? Key, string RunId), DateTime> SettledAt { get; } = [];

    public DateTime Now => now();

    /// <summary>Takes the names away from their owners.</summary>
    public void Free(Func<object, bool> isOf)
    {
        foreach (var name in Owners.Where(o => o.Value is { } owner && isOf(owner)).Select(o => o.Key).ToList())
        {
            Owners[name] = null;
        }
    }

    public void Put(string name, byte[] bytes) => Entries[name] = (bytes, Now);
}

/// <summary>
/// A ledger in memory, as one process sees it: it promises what every form of the ledger does, and every step of it may be kept waiting.
/// </summary>
internal sealed class MemoryLedger(MemoryPlace place, ILedgerGate gate, TimeProvider time, TimeSpan pause) : ILedgerStore
{
    private readonly MemoryPlace place = place;
    private readonly ILedgerGate gate = gate;
    private readonly string page = $"page-{place.Pages.Count:000}-{Guid.NewGuid():N}";

    public string Location => "memory";

    public async Task<ILedgerClaim> AcquireAsync(string name, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var patience = new ClaimPatience(Location, time, observer);
        while (true)
        {
            if (await TryAcquireAsync(name, cancellationToken).ConfigureAwait(false) is { } claim)
            {
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

            await patience.PauseAsync(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task<ILedgerClaim?> TryAcquireAsync(string name, CancellationToken cancellationToken) =>
        DoAsync<ILedgerClaim?>("claim", () => place.Owners.GetValueOrDefault(name) is null ? new MemoryClaim(name, this) : null);

    public Task<bool> HasAsync(string name, CancellationToken cancellationToken) => DoAsync("has", () => place.Entries.ContainsKey(name));

    public Task<bool> IsOwnedAsync(string name, CancellationToken cancellationToken) =>
        DoAsync("owned", () => place.Owners.GetValueOrDefault(name) is not null);

    public async IAsyncEnumerable<StoredEntry> ListAsync(DateTime? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var entry in await DoAsync("list", () => All(since is null ? null : e => e >= since)).ConfigureAwait(false))
        {
            yield return entry;
        }
    }

    public async IAsyncEnumerable<StoredEntry> ListSubjectAsync(
        string subject,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (var entry in await DoAsync("list", () => OfSubject(subject)).ConfigureAwait(false))
        {
            yield return entry;
        }
    }

    public Task AppendAsync(IReadOnlyList<LedgerEntry> lines, CancellationToken cancellationToken)
    {
        lock (place.Gate)
        {
            if (gate.IsAlive)
            {
                place.Pages[page] = ([.. place.Pages.GetValueOrDefault(page).Bytes ?? [], .. HistoryText.Of(lines).ToArray()], place.Now);
            }
        }

        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<HistoryPage> ReadHistoryAsync(
        DateTime? since,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var pages = await DoAsync("journal", () => place.Pages.Where(p => since is null || p.Value.ChangedAt >= since).ToList())
            .ConfigureAwait(false);
        foreach (var (name, (bytes, _)) in pages)
        {
            yield return HistoryText.Parse(name, bytes);
        }
    }

    public Task RewriteAsync(string page, Func<LedgerEntry, bool> stays, CancellationToken cancellationToken) =>
        DoAsync("rewrite", () => Rewrite(page, stays));

    public Task PruneAsync(TimeSpan unchangedFor, CancellationToken cancellationToken) =>
        gate.MayPrune ? DoAsync("prune", () => Prune(unchangedFor)) : Task.CompletedTask;

    public void Dispose() { }

    private Task<T> DoAsync<T>(string what, Func<T> action) => gate.PassAsync(what, () =>
        {
            lock (place.Gate)
            {
                return action();
            }
        });

    private List<StoredEntry> All(Func<DateTime, bool>? isWanted) =>
        [
            .. place
                .Entries.Where(e => isWanted?.Invoke(e.Value.ChangedAt) != false)
                .Reverse()
                .Select(e => new StoredEntry(e.Key, EntryText.Read(e.Value.Bytes), e.Value.ChangedAt)),
        ];

    private List<StoredEntry> OfSubject(string subject)
    {
        List<StoredEntry> found = [];
        foreach (var (name, (bytes, changedAt)) in place.Entries)
        {
            if (place.Subjects.TryGetValue(name, out var indexed) && indexed != subject)
            {
                continue;
            }

            var text = EntryText.Read(bytes);
            if (text.Entry is { } entry)
            {
                place.Subjects[name] = entry.Subject ?? "";
            }

            if (text.Entry is null || text.Entry.Subject == subject)
            {
                found.Add(new(name, text, changedAt));
            }
        }

        return found;
    }

    private bool Rewrite(string page, Func<LedgerEntry, bool> stays)
    {
        if (place.Pages.TryGetValue(page, out var old) && HistoryText.Without(old.Bytes, stays) is { } rest)
        {
            _ = rest.Length == 0 ? place.Pages.Remove(page) : (place.Pages[page] = (rest, place.Now)) is { };
        }

        return true;
    }

    private bool Prune(TimeSpan unchangedFor)
    {
        foreach (var (name, (bytes, changedAt)) in place.Entries.ToList())
        {
            var age = place.Now - changedAt;
            if (age > unchangedFor && place.Owners.GetValueOrDefault(name) is null && LedgerAge.IsOver(EntryText.Read(bytes).Entry, age))
            {
                place.Entries.Remove(name);
                place.Subjects.Remove(name);
                place.Owners.Remove(name);
            }
        }

        if (TimeSpan.Zero > unchangedFor)
        {
            // Of a lock no age is kept.
            place
                .Owners.Where(o => o.Value is null && !place.Entries.ContainsKey(o.Key))
                .Select(o => o.Key)
                .ToList()
                .ForEach(name => place.Owners.Remove(name));
        }

        foreach (var old in place.Pages.Where(p => place.Now - p.Value.ChangedAt > unchangedFor).Select(p => p.Key).ToList())
        {
            Rewrite(old, static line => line.IsInDoubt);
        }

        return true;
    }

    /// <summary>The ownership of a name; whether it still keeps others out is the place's to know.</summary>
    internal sealed class MemoryClaim : ILedgerClaim
    {
        private readonly MemoryLedger ledger;
        private readonly string token = Guid.NewGuid().ToString("N");
        private byte[]? current;
        private byte[]? attempted;
        private bool isRetired;

        public MemoryClaim(string name, MemoryLedger ledger)
        {
            Name = name;
            this.ledger = ledger;
            ledger.place.Owners[name] = this;
            current = ledger.place.Entries.TryGetValue(name, out var found) ? found.Bytes : null;
            Found = current is null ? null : EntryText.Read(current);
            Content = Found?.Entry;
            ChangedAt = current is null ? null : found.ChangedAt;
        }

        public ILedgerGate Gate => ledger.gate;

        public string Name { get; }

        public bool Exists => current is not null;

        public LedgerEntry? Content { get; private set; }

        public EntryText? Found { get; }

        public DateTime? ChangedAt { get; }

        /// <summary>Whether the lock was visibly taken away.</summary>
        public bool IsTaken { get; set; }

        public Task WriteAsync(LedgerEntry entry, CancellationToken cancellationToken) => ledger.DoAsync("write " + entry.State, () =>
            {
                var written = entry.By(token, Content);
                CheckOurs();
                attempted = written.ToBytes();
                ledger.place.Subjects[Name] = written.Subject ?? "";
                ledger.place.Put(Name, attempted);
                if (written.RunId is { } runId)
                {
                    ledger.place.SettledAt.TryAdd((written.Key, runId), ledger.place.Now);
                }

                (current, Content) = (attempted, written);
                return true;
            });

        public Task DeleteAsync(CancellationToken cancellationToken) => ledger.DoAsync("delete", () => Delete());

        public Task RetireAsync(CancellationToken cancellationToken) => ledger.DoAsync("retire", () => isRetired = Delete());

        public Task ConfirmAsync(CancellationToken cancellationToken) => ledger.DoAsync("confirm", () =>
            {
                CheckOurs();
                return true;
            });

        public ValueTask DisposeAsync()
        {
            lock (ledger.place.Gate)
            {
                if (ledger.place.Owners.GetValueOrDefault(Name) == this)
                {
                    _ = isRetired ? ledger.place.Owners.Remove(Name) : (ledger.place.Owners[Name] = null) is null;
                }
            }

            return default;
        }

        private bool Delete()
        {
            CheckOurs();
            ledger.place.Entries.Remove(Name);
            ledger.place.Subjects.Remove(Name);
            (current, attempted, Content) = (null, null, null);
            return true;
        }

        // What a write that failed has left there may be the new content.
        private void CheckOurs()
        {
            if (IsTaken)
            {
                throw new ClaimLost();
            }

            var found = ledger.place.Entries.TryGetValue(Name, out var there) ? there.Bytes : null;
            if (!Same(found, current))
            {
                current = attempted is not null && Same(found, attempted) ? attempted : throw new ClaimLost();
            }
        }

        private static bool Same(byte[]? one, byte[]? other) =>
            one is null ? other is null : other is not null && one.AsSpan().SequenceEqual(other);
    }
}
