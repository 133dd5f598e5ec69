using PipelineTrigger.Core.Files;

namespace PipelineTrigger.Core.Ledger.FileSystem;

/// <summary>A lock file, open for this process alone.</summary>
internal sealed class LedgerLock(string file, FileStream held) : IDisposable
{
    /// <summary>
    /// Whether the lock still holds. A share may have dropped it while the machine slept, which a write shows. Where an open file can be
    /// deleted, another file may have replaced it, which its length shows.
    /// </summary>
    /// <exception cref="IOException">It cannot be written to.</exception>
    public bool IsInPlace()
    {
        var length = 1 + BitConverter.ToUInt16(Guid.NewGuid().ToByteArray(), 0);
        held.SetLength(length);
        return SystemFile.IsWindows || new FileInfo(file) is { Exists: true } now && now.Length == length;
    }

    /// <summary>Flushes what was written to the disk or the share.</summary>
    public void Flush() => held.Flush(flushToDisk: true);

    /// <summary>Releases the lock, and deletes the file if it has no new owner.</summary>
    public void Remove()
    {
        if (!SystemFile.IsWindows)
        {
            // A waiting process notices that the file is gone, and creates a new one.
            if (IsInPlace())
            {
                File.Delete(file);
            }

            held.Dispose();
            return;
        }

        held.Dispose();
        try
        {
            using (new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose)) { }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has an owner again.
        }
    }

    public void Dispose() => held.Dispose();
}
