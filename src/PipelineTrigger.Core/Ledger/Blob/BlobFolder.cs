using System.Runtime.CompilerServices;

namespace PipelineTrigger.Core.Ledger.Blob;

/// <summary>Goes through a container's folder.</summary>
internal static class BlobFolder
{
    // The clocks are compared by a header of whole seconds that has been on its way.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    /// <summary>Those that may have changed since.</summary>
    public static Func<ListedBlob, bool> Since(DateTime? since) => b => since is null || b.ChangedAt >= since - Margin;

    /// <summary>The blobs that are wanted, by name, some at a time.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<ListedBlob>> ReadAsync(
        BlobClient blobs,
        string folder,
        Func<ListedBlob, bool> isWanted,
        int atOnce,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        string? marker = null;
        do
        {
            var listing = await blobs.ListAsync(folder, marker, cancellationToken).ConfigureAwait(false);
            var wanted = listing.Blobs.Where(isWanted).ToList();
            for (var i = 0; i < wanted.Count; i += atOnce)
            {
                yield return wanted.GetRange(i, Math.Min(atOnce, wanted.Count - i));
            }

            marker = listing.NextMarker;
        } while (marker is not null);
    }
}
