namespace PipelineTrigger.Core.Ledger;

/// <summary>A ledger's directory: its parts, and the lock files that say who owns a name.</summary>
/// <param name="path">Made when something is written.</param>
/// <param name="isPrivate">Whether it is for its user alone.</param>
internal sealed class LedgerFolder(string path, bool isPrivate)
{
    private readonly string locks = Path.Combine(path, "locks");
    private bool isProven;

    /// <summary>Where the entries are.</summary>
    public string Keys { get; } = Path.Combine(path, "keys");

    /// <summary>Where the journal is.</summary>
    public string History { get; } = Path.Combine(path, "history");

    /// <summary>Finds out what a lock is worth here, before anything depends on it: some shares grant every lock to everybody.</summary>
    /// <exception cref="LocksNotKept">Nothing.</exception>
    public void Prove()
    {
        if (isProven)
        {
            return;
        }

        Make();
        var probe = Path.Combine(locks, $"probe-{Guid.NewGuid():N}");
        using (new FileStream(probe, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
        {
            if (CanOpen(probe, FileMode.Open) || CanOpen(probe, FileMode.CreateNew))
            {
                throw new LocksNotKept();
            }
        }

        File.Delete(probe);
        isProven = true;
    }

    /// <summary>Makes what is not there yet.</summary>
    public void Make()
    {
#if NET
        if (isPrivate && !OperatingSystem.IsWindows() && !Directory.Exists(path))
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
#else
        _ = isPrivate;
#endif
        Directory.CreateDirectory(Keys);
        Directory.CreateDirectory(locks);
        Directory.CreateDirectory(History);
    }

    /// <summary>Whether somebody is the owner of a name.</summary>
    public bool IsLocked(string name)
    {
        if (!File.Exists(LockFile(name)))
        {
            return false;
        }

        using var free = TryLock(name);
        return free is null;
    }

    /// <summary>The open lock file that makes its holder the owner of a name; null while somebody else is.</summary>
    public FileStream? TryLock(string name)
    {
        try
        {
            return new FileStream(LockFile(name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (DirectoryNotFoundException)
        {
            Make();
            return null;
        }
        catch (IOException e) when (IsHeld(e))
        {
            return null;
        }
    }

    // A sharing violation on Windows; EWOULDBLOCK (11; 35 on macOS) elsewhere. Other failures, such as a full disk, will not pass by waiting.
    private static bool IsHeld(IOException e) => (e.HResult & 0xFFFF) is 32 or 33 or 11 or 35;

    private static bool CanOpen(string file, FileMode mode)
    {
        try
        {
            using (new FileStream(file, mode, FileAccess.ReadWrite, FileShare.None))
            {
                return true;
            }
        }
        catch (IOException)
        {
            return false;
        }
    }

    private string LockFile(string name) => Path.Combine(locks, name + ".lock");
}

/// <summary>A file system on which a locked file can be opened by others.</summary>
internal sealed class LocksNotKept() : IOException("its file system does not keep a second process from opening a locked file, so it cannot be trusted with idempotency keys.");
