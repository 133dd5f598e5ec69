using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Ledger.Blob;
using PipelineTrigger.Core.Ledger.FileSystem;

namespace PipelineTrigger.Core.Connections;

/// <summary>Opens the store of a ledger.</summary>
internal static class LedgerStores
{
    // An answer must arrive well within a lease, or what it confirms is no longer true.
    private static SenderOptions BlobOptions => new() { ReadTimeout = TimeSpan.FromSeconds(10), MaxRetryAfter = TimeSpan.FromSeconds(30) };

    /// <summary>A directory, on a disk or a file share.</summary>
    public static ILedgerStore Directory(string path) => new DirectoryLedgerStore(path, TimeProvider.System);

    /// <summary>
    /// Rejects a directory without working file locks. A directory that cannot be reached now is not rejected; the first trigger fails
    /// then.
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
            // The share may not be available yet.
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
