using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Ledger.Blob;
using PipelineTrigger.Core.Ledger.FileSystem;

namespace PipelineTrigger.Core.Connections;

/// <summary>The places a ledger can be in.</summary>
internal static class LedgerStores
{
    // An answer must come well within a lease, else what it confirms is no longer true.
    private static SenderOptions BlobOptions => new() { ReadTimeout = TimeSpan.FromSeconds(10), MaxRetryAfter = TimeSpan.FromSeconds(30) };

    /// <summary>A directory, on a disk or a file share.</summary>
    public static ILedgerStore Directory(string path) => new DirectoryLedgerStore(path, TimeProvider.System);

    /// <summary>
    /// Refuses a directory whose locks keep nobody out. One that cannot be used at this moment is not refused: whoever needs it says so.
    /// </summary>
    /// <exception cref="PipelineException">LedgerUnavailable.</exception>
    public static void RefuseWithoutLocks(string path)
    {
        try
        {
            new LedgerFolder(path, isPrivate: false).Prove();
        }
        catch (LocksNotKept e)
        {
            throw new PipelineException(
                PipelineErrorId.LedgerUnavailable,
                $"{path} cannot be the run ledger: {e.Message} Choose another directory, or a container in Azure Blob Storage."
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Perhaps the share is not there yet.
        }
    }

    /// <summary>The user's own data folder; null where the account has none.</summary>
    public static ILedgerStore? OfUser() =>
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify)
            is { Length: > 0 } folder
            ? new DirectoryLedgerStore(Path.Combine(folder, "PipelineTrigger", "ledger"), TimeProvider.System, isPrivate: true)
            : null;

    /// <summary>An Azure Blob container.</summary>
    /// <param name="sasUri">A secret.</param>
    /// <exception cref="PipelineException">InvalidInput, InsecureEndpoint.</exception>
    public static ILedgerStore Container(string sasUri, ProxyChoice proxy) =>
        new BlobLedgerStore(BlobAddress.Parse(sasUri), BlobOptions, proxy);
}
