using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Core.Ledger.Blob;

/// <summary>The ownership of a name in a blob container: the lease on its lock blob.</summary>
internal sealed class BlobClaim(string name, string blob, BlobAnswer? found, BlobLease lease, BlobClient blobs, TimeProvider time, IOperationObserver observer) : ILedgerClaim
{
    private string? etag = found?.ETag;

    public string Name { get; } = name;

    public bool Exists => etag is not null;

    public LedgerEntry? Content { get; private set; } = found is null ? null : LedgerEntry.Parse(found.Body);

    public DateTime? ChangedAt { get; } = found?.ChangedAt;

    public async Task WriteAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        if (!Exists)
        {
            await lease.EnsureAsync(observer, cancellationToken).ConfigureAwait(false);
        }

        // A write that is stopped in mid-flight may have been done: an entry of a trigger that was never sent would block its key.
        using var end = new AttemptCancellation(time, Timeout.InfiniteTimeSpan, blobs.StopGrace, cancellationToken);
        var bytes = entry.ToBytes();
        var answer = await blobs.PutAsync(blob, bytes, etag, observer, end.Token).ConfigureAwait(false);
        if (!answer.IsDone)
        {
            // The first sending of this write may have come through without its answer.
            answer = await blobs.GetAsync(blob, observer, end.Token).ConfigureAwait(false);
            if (!answer.IsDone || !answer.Body.AsSpan().SequenceEqual(bytes))
            {
                throw new ClaimLost();
            }
        }

        (etag, Content) = (answer.ETag, entry);
    }

    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        if (!Exists)
        {
            // What is there is an earlier owner's only if we are still the owner now.
            etag = (await blobs.GetAsync(blob, observer, cancellationToken).ConfigureAwait(false)).ETag;
            await ConfirmAsync(cancellationToken).ConfigureAwait(false);
        }

        if (etag is not null && (await blobs.DeleteAsync(blob, etag, observer, cancellationToken).ConfigureAwait(false)).Outcome == BlobOutcome.Refused
            && (await blobs.GetAsync(blob, observer, cancellationToken).ConfigureAwait(false)).Outcome != BlobOutcome.Missing)
        {
            throw new ClaimLost();
        }

        (etag, Content) = (null, null);
    }

    public Task ConfirmAsync(CancellationToken cancellationToken) => lease.ConfirmAsync(observer, cancellationToken);

    public ValueTask DisposeAsync() => lease.DisposeAsync();
}
