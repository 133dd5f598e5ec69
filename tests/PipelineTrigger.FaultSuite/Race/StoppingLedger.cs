using PipelineTrigger.Core.Ledger;
using PipelineTrigger.FaultSuite.Processes;

namespace PipelineTrigger.FaultSuite.Race;

/// <summary>A ledger whose process stops in mid-claim: the intent has been written, and nothing has been sent.</summary>
/// <param name="at">The number of the intent.</param>
internal sealed class StoppingLedger(ILedgerStore inner, int at) : ILedgerStore
{
    private int intents;

    public string Location => inner.Location;

    public async Task<ILedgerClaim> AcquireAsync(string name, IOperationObserver observer, CancellationToken cancellationToken) =>
        new StoppingClaim(await inner.AcquireAsync(name, observer, cancellationToken), this);

    public async Task<ILedgerClaim?> TryAcquireAsync(string name, CancellationToken cancellationToken) =>
        await inner.TryAcquireAsync(name, cancellationToken) is { } claim ? new StoppingClaim(claim, this) : null;

    public Task<bool> HasAsync(string name, CancellationToken cancellationToken) => inner.HasAsync(name, cancellationToken);

    public Task<bool> IsOwnedAsync(string name, CancellationToken cancellationToken) => inner.IsOwnedAsync(name, cancellationToken);

    public IAsyncEnumerable<StoredEntry> ListAsync(DateTime? since, CancellationToken cancellationToken) =>
        inner.ListAsync(since, cancellationToken);

    public IAsyncEnumerable<StoredEntry> ListSubjectAsync(string subject, CancellationToken cancellationToken) =>
        inner.ListSubjectAsync(subject, cancellationToken);

    public Task AppendAsync(IReadOnlyList<LedgerEntry> lines, CancellationToken cancellationToken) =>
        inner.AppendAsync(lines, cancellationToken);

    public IAsyncEnumerable<HistoryPage> ReadHistoryAsync(DateTime? since, CancellationToken cancellationToken) =>
        inner.ReadHistoryAsync(since, cancellationToken);

    public Task RewriteAsync(string page, Func<LedgerEntry, bool> stays, CancellationToken cancellationToken) =>
        inner.RewriteAsync(page, stays, cancellationToken);

    public Task PruneAsync(TimeSpan unchangedFor, CancellationToken cancellationToken) => inner.PruneAsync(unchangedFor, cancellationToken);

    public void Dispose() => inner.Dispose();

    private void Wrote(LedgerEntry entry)
    {
        if (entry.State == LedgerState.Intent && Interlocked.Increment(ref intents) == at)
        {
            Signals.StopMyself();
        }
    }

    private sealed class StoppingClaim(ILedgerClaim inner, StoppingLedger ledger) : ILedgerClaim
    {
        public string Name => inner.Name;

        public bool Exists => inner.Exists;

        public LedgerEntry? Content => inner.Content;

        public EntryText? Found => inner.Found;

        public DateTime? ChangedAt => inner.ChangedAt;

        public async Task WriteAsync(LedgerEntry entry, CancellationToken cancellationToken)
        {
            await inner.WriteAsync(entry, cancellationToken);
            ledger.Wrote(entry);
        }

        public Task DeleteAsync(CancellationToken cancellationToken) => inner.DeleteAsync(cancellationToken);

        public Task RetireAsync(CancellationToken cancellationToken) => inner.RetireAsync(cancellationToken);

        public Task ConfirmAsync(CancellationToken cancellationToken) => inner.ConfirmAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
