using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Ledger.Blob;

/// <summary>A lease on a blob, renewed while it is held. It expires after its process ends.</summary>
internal sealed class BlobLease : IAsyncDisposable
{
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromSeconds(5);

    private readonly BlobClient blobs;
    private readonly string blob;
    private readonly string id;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource ended = new();
    private readonly Task renewing;
    private long heldAt;

    private BlobLease(BlobClient blobs, string blob, string id, TimeProvider time)
    {
        (this.blobs, this.blob, this.id, this.time) = (blobs, blob, id, time);
        heldAt = time.UtcDateTime().Ticks;
        renewing = KeepAsync();
    }

    /// <summary>How long it lasts without renewal.</summary>
    public static TimeSpan Length { get; } = TimeSpan.FromSeconds(30);

    /// <summary>The lease, or how the blob refused it.</summary>
    public static async Task<(BlobLease? Lease, BlobOutcome Outcome)> TryAcquireAsync(
        BlobClient blobs,
        string blob,
        TimeProvider time,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var id = Guid.NewGuid().ToString();
        var answer = await blobs.AcquireLeaseAsync(blob, id, Length, observer, cancellationToken).ConfigureAwait(false);
        return (answer.IsDone ? new(blobs, blob, id, time) : null, answer.Outcome);
    }

    /// <summary>Renews it now.</summary>
    /// <exception cref="ClaimLost">There is, or may be, another owner.</exception>
    public async Task ConfirmAsync(IOperationObserver observer, CancellationToken cancellationToken)
    {
        if (!await RenewAsync(observer, cancellationToken).ConfigureAwait(false))
        {
            throw new ClaimLost();
        }
    }

    /// <summary>Renews it if that is overdue, as after the machine slept.</summary>
    /// <exception cref="ClaimLost">There is, or may be, another owner.</exception>
    public Task EnsureAsync(IOperationObserver observer, CancellationToken cancellationToken) =>
        (time.UtcDateTime().Ticks - Volatile.Read(ref heldAt)) is var age && Math.Abs(age) < (Length.Ticks + Renewal.Ticks) / 2
            ? Task.CompletedTask
            : ConfirmAsync(observer, cancellationToken);

    /// <summary>Whether the blob is deleted when the lease ends.</summary>
    public bool IsRetired { get; set; }

    public async ValueTask DisposeAsync()
    {
        if (ended.IsCancellationRequested)
        {
            return;
        }

        ended.Cancel();
        await renewing.ConfigureAwait(false);
        ended.Dispose();
        using var limit = new AttemptCancellation(time, ReleaseLimit, TimeSpan.Zero, CancellationToken.None);
        try
        {
            await (
                IsRetired
                    ? blobs.DeleteLeasedAsync(blob, id, SilentObserver.Instance, limit.Token)
                    : blobs.ReleaseLeaseAsync(blob, id, SilentObserver.Instance, limit.Token)
            ).ConfigureAwait(false);
        }
        catch (Exception e) when (e is PipelineException or OperationCanceledException)
        {
            // It expires.
        }
    }

    private async Task KeepAsync()
    {
        try
        {
            do
            {
                await time.WaitAsync(Renewal, ended.Token).ConfigureAwait(false);
            } while (await TryRenewAsync(ended.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // It is being released.
        }
    }

    // If the service cannot be reached, the next attempt may still be in time, and no other process can take the lease until then.
    private async Task<bool> TryRenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RenewAsync(SilentObserver.Instance, cancellationToken).ConfigureAwait(false);
        }
        catch (PipelineException)
        {
            return true;
        }
    }

    private async Task<bool> RenewAsync(IOperationObserver observer, CancellationToken cancellationToken)
    {
        var answer = await blobs.RenewLeaseAsync(blob, id, observer, cancellationToken).ConfigureAwait(false);
        if (answer.IsDone)
        {
            Volatile.Write(ref heldAt, time.UtcDateTime().Ticks);
        }

        return answer.IsDone;
    }
}
