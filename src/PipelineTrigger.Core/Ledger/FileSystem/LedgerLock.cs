using PipelineTrigger.Core.Files;

namespace PipelineTrigger.Core.Ledger.FileSystem;

/// <summary>A lock file, open for this process alone.</summary>
internal sealed class LedgerLock(string file, FileStream held) : IDisposable
{
    /// <summary>
    /// Whether the lock is still worth something: a share may have taken it away while the machine slept, which writing to it tells; and
    /// where a file can be removed while it is open, another may lie in its place, which its length tells.
    /// </summary>
    /// <exception cref="IOException">It cannot be written to.</exception>
    public bool IsInPlace()
    {
        var length = 1 + BitConverter.ToUInt16(Guid.NewGuid().ToByteArray(), 0);
        held.SetLength(length);
        return SystemFile.IsWindows || new FileInfo(file) is { Exists: true } now && now.Length == length;
    }

    /// <summary>Makes what was written through it reach the disk, or the share.</summary>
    public void Flush() => held.Flush(flushToDisk: true);

    /// <summary>Gives it up, and takes the file away if nobody else has taken it by then.</summary>
    public void Remove()
    {
        if (!SystemFile.IsWindows)
        {
            // Whoever waits for it sees that its name is gone, and makes a new one.
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
