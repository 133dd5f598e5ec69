using System.Runtime.CompilerServices;

namespace PipelineTrigger.Core.Ledger.Blob;

/// <summary>Goes through a container's folder.</summary>
internal static class BlobFolder
{
    // The clocks are compared by a header of whole seconds that has been on its way.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    /// <summary>The blobs that may have changed since, by name, some at a time.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<ListedBlob>> ReadAsync(BlobClient blobs, string folder, DateTime? since, int atOnce, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? marker = null;
        do
        {
            var listing = await blobs.ListAsync(folder, marker, cancellationToken).ConfigureAwait(false);
            var changed = listing.Blobs.Where(b => since is null || b.ChangedAt >= since - Margin).ToList();
            for (var i = 0; i < changed.Count; i += atOnce)
            {
                yield return changed.GetRange(i, Math.Min(atOnce, changed.Count - i));
            }

            marker = listing.NextMarker;
        }
        while (marker is not null);
    }
}
