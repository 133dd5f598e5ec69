namespace PipelineTrigger.Core.Ledger.FileSystem;

/// <summary>A ledger's directory: its parts, and the lock files that say who owns a name.</summary>
/// <param name="path">Created at the first write.</param>
/// <param name="isPrivate">Whether only this user may read it.</param>
internal sealed class LedgerFolder(string path, bool isPrivate)
{
    /// <summary>How an entry's file is named.</summary>
    public const string EntryEnd = ".json";

    /// <summary>How a page's file is named.</summary>
    public const string PageEnd = ".jsonl";

    private const string LockEnd = ".lock";

    private bool isProven;

    /// <summary>Where the entries are.</summary>
    public string Keys { get; } = Path.Combine(path, "keys");

    /// <summary>Where the history is.</summary>
    public string History { get; } = Path.Combine(path, "history");

    /// <summary>Where the lock files are.</summary>
    public string Locks { get; } = Path.Combine(path, "locks");

    /// <summary>Which entries are of which subject.</summary>
    public SubjectIndex Subjects { get; } = new(Path.Combine(path, "subjects"));

    /// <summary>
    /// Checks that file locks work on this machine before anything depends on them, because some file systems grant every lock. Whether
    /// another machine sees the locks cannot be checked here, so an owner also checks the entry before each write.
    /// </summary>
    /// <exception cref="LocksNotKept">Nothing.</exception>
    public void Prove()
    {
        if (isProven)
        {
            return;
        }

        Make();
        var probe = Path.Combine(Locks, $"probe-{Guid.NewGuid():N}");
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

    /// <summary>Creates what is missing.</summary>
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
        Directory.CreateDirectory(Locks);
        Directory.CreateDirectory(History);
    }

    /// <summary>Whether a name has an owner.</summary>
    public bool IsLocked(string name)
    {
        if (!File.Exists(LockFile(name)))
        {
            return false;
        }

        using var free = TryLock(name);
        return free is null;
    }

    /// <summary>The open lock file that makes its holder the owner of a name; null while there is another owner.</summary>
    public LedgerLock? TryLock(string name)
    {
        var file = LockFile(name);
        LedgerLock? held = null;
        try
        {
            held = new LedgerLock(file, new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
            if (held.IsInPlace())
            {
                return held;
            }

            // It was deleted between opening and locking.
            held.Dispose();
            return null;
        }
        catch (DirectoryNotFoundException)
        {
            Make();
            return null;
        }
        catch (IOException e) when (held is null && IsHeld(e))
        {
            return null;
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    /// <summary>A name's entry.</summary>
    public string EntryFile(string name) => Path.Combine(Keys, name + EntryEnd);

    /// <summary>The name that a lock file is for.</summary>
    public static string NameOf(FileInfo lockFile) => Path.GetFileNameWithoutExtension(lockFile.Name);

    // A sharing violation on Windows; EWOULDBLOCK (11; 35 on macOS) elsewhere. Other failures, such as a full disk, will not pass by
    // waiting.
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

    private string LockFile(string name) => Path.Combine(Locks, name + LockEnd);
}

/// <summary>A file system on which a locked file can be opened by others.</summary>
internal sealed class LocksNotKept()
    : IOException(
        "its file system does not keep a second process from opening a locked file, so it cannot be trusted with idempotency keys."
    );
