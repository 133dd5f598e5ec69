using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Core.Ledger.Blob;

/// <summary>The ownership of a name in a blob container: the lease on its lock blob.</summary>
internal sealed class BlobClaim(
    string name,
    string blob,
    BlobAnswer? found,
    BlobLease lease,
    BlobClient blobs,
    TimeProvider time,
    IOperationObserver observer
) : ILedgerClaim
{
    private readonly string owner = Guid.NewGuid().ToString("N");
    private string? etag = found?.ETag;

    public string Name { get; } = name;

    public bool Exists => etag is not null;

    public LedgerEntry? Content { get; private set; } = found is null ? null : LedgerEntry.Parse(found.Body);

    public EntryText? Found { get; } = found is null ? null : EntryText.Read(found.Body);

    public DateTime? ChangedAt { get; } = found?.ChangedAt;

    public async Task WriteAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        await lease.EnsureAsync(observer, cancellationToken).ConfigureAwait(false);

        // A write that is stopped in mid-flight may have been done: an entry of a trigger that was never sent would block its key.
        using var end = new AttemptCancellation(time, Timeout.InfiniteTimeSpan, blobs.StopGrace, cancellationToken);
        var written = entry.By(owner, Content);
        var bytes = written.ToBytes();
        var answer = await blobs.PutAsync(blob, bytes, etag, observer, end.Token, LedgerName.OfIndex(entry.Subject)).ConfigureAwait(false);
        if (!answer.IsDone)
        {
            // The first sending of this write may have come through without its answer.
            answer = await blobs.GetAsync(blob, observer, end.Token).ConfigureAwait(false);
            if (!answer.IsDone || !answer.Body.AsSpan().SequenceEqual(bytes))
            {
                throw new ClaimLost();
            }
        }

        (etag, Content) = (answer.ETag, written);
    }

    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        await lease.EnsureAsync(observer, cancellationToken).ConfigureAwait(false);
        if (!Exists && await blobs.GetAsync(blob, observer, cancellationToken).ConfigureAwait(false) is { IsDone: true } there)
        {
            // A write of ours that failed may have come through all the same.
            etag = LedgerEntry.Parse(there.Body)?.Owner == owner ? there.ETag : throw new ClaimLost();
        }

        if (
            etag is not null
            && (await blobs.DeleteAsync(blob, etag, observer, cancellationToken).ConfigureAwait(false)).Outcome == BlobOutcome.Refused
            && (await blobs.GetAsync(blob, observer, cancellationToken).ConfigureAwait(false)).Outcome != BlobOutcome.Missing
        )
        {
            throw new ClaimLost();
        }

        (etag, Content) = (null, null);
    }

    public async Task RetireAsync(CancellationToken cancellationToken)
    {
        await DeleteAsync(cancellationToken).ConfigureAwait(false);
        lease.IsRetired = true;
    }

    public Task ConfirmAsync(CancellationToken cancellationToken) => lease.ConfirmAsync(observer, cancellationToken);

    public ValueTask DisposeAsync() => lease.DisposeAsync();
}
