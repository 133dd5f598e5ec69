using PipelineTrigger.Core.Ledger;

namespace PipelineTrigger.Core.Tests.Doubles;

/// <summary>A ledger in which some entries cannot be written, or no name can be claimed.</summary>
/// <param name="failure">What happens instead of writing an entry; null to write it.</param>
/// <param name="claimFailure">What happens instead of claiming a name; null to claim it.</param>
internal sealed class FailingLedger(ILedgerStore inner, Func<LedgerEntry, Exception?> failure, Exception? claimFailure = null)
    : ILedgerStore
{
    public string Location => inner.Location;

    public async Task<ILedgerClaim> AcquireAsync(string name, IOperationObserver observer, CancellationToken cancellationToken) =>
        claimFailure is null ? new Claim(await inner.AcquireAsync(name, observer, cancellationToken), failure) : throw claimFailure;

    public async Task<ILedgerClaim?> TryAcquireAsync(string name, CancellationToken cancellationToken) =>
        await inner.TryAcquireAsync(name, cancellationToken) is { } claim ? new Claim(claim, failure) : null;

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

    private sealed class Claim(ILedgerClaim inner, Func<LedgerEntry, Exception?> failure) : ILedgerClaim
    {
        public string Name => inner.Name;

        public bool Exists => inner.Exists;

        public LedgerEntry? Content => inner.Content;

        public EntryText? Found => inner.Found;

        public DateTime? ChangedAt => inner.ChangedAt;

        public Task WriteAsync(LedgerEntry entry, CancellationToken cancellationToken) =>
            failure(entry) is { } e ? Task.FromException(e) : inner.WriteAsync(entry, cancellationToken);

        public Task DeleteAsync(CancellationToken cancellationToken) => inner.DeleteAsync(cancellationToken);

        public Task RetireAsync(CancellationToken cancellationToken) => inner.RetireAsync(cancellationToken);

        public Task ConfirmAsync(CancellationToken cancellationToken) => inner.ConfirmAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
