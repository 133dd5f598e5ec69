using System.Runtime.CompilerServices;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Core.Ledger;

/// <summary>
/// A ledger in a directory, on a disk or a file share. A name's owner holds its lock file open for itself alone, which the system ends with the
/// process; only the owner touches the entry beside it. Entries begin by create-new and change by replacement, so that a crash leaves the old or the new.
/// </summary>
/// <param name="path">The directory; made when something is written.</param>
/// <param name="isPrivate">Whether it is for its user alone.</param>
internal sealed class DirectoryLedger(string path, TimeProvider time, bool isPrivate = false) : ILedgerStore
{
    private const string EntryPattern = "*.json";
    private const string PagePattern = "*.jsonl";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly string keys = Path.Combine(path, "keys");
    private readonly string locks = Path.Combine(path, "locks");
    private readonly string history = Path.Combine(path, "history");
    private readonly SemaphoreSlim appending = new(1);
    private bool isProven;

    public string Place { get; } = path;

    public async Task<ILedgerClaim> AcquireAsync(string name, IOperationObserver observer, CancellationToken cancellationToken)
    {
        Prove();
        for (var told = false; ; told = true)
        {
            if (TryLock(name) is { } held)
            {
                try
                {
                    return new DirectoryClaim(name, Path.Combine(keys, name + ".json"), held, this);
                }
                catch (Exception e)
                {
                    held.Dispose();
                    throw Unavailable(e);
                }
            }

            if (!told)
            {
                observer.Verbose("Another process is at work on the same key; waiting for what becomes of it.");
            }

            await time.WaitAsync(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task<bool> IsOwnedAsync(string name, CancellationToken cancellationToken)
    {
        if (!File.Exists(LockFile(name)))
        {
            return Task.FromResult(false);
        }

        using var free = TryLock(name);
        return Task.FromResult(free is null);
    }

    public async IAsyncEnumerable<StoredEntry> ListAsync(DateTime? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var file in Files(keys, EntryPattern, since))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await ReadAsync(file.FullName, cancellationToken).ConfigureAwait(false) is { } bytes)
            {
                yield return new(Path.GetFileNameWithoutExtension(file.Name), LedgerEntry.Parse(bytes), file.LastWriteTimeUtc);
            }
        }
    }

    public async Task AppendAsync(IReadOnlyList<LedgerEntry> lines, CancellationToken cancellationToken)
    {
        await appending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            MakeFolders();
            using var page = new FileStream(Path.Combine(history, PageName()), FileMode.Append, FileAccess.Write, FileShare.Read, 4096, useAsync: true);
            using var text = JournalText.Of(lines);
            await text.CopyToAsync(page, 81920, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(e);
        }
        finally
        {
            appending.Release();
        }
    }

    public async IAsyncEnumerable<JournalPage> ReadJournalAsync(DateTime? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var file in Files(history, PagePattern, since).OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            if (await ReadAsync(file.FullName, cancellationToken).ConfigureAwait(false) is { } bytes)
            {
                yield return new(file.Name, JournalText.Parse(bytes));
            }
        }
    }

    public async Task RewriteAsync(JournalPage page, IReadOnlyList<LedgerEntry> lines, CancellationToken cancellationToken)
    {
        try
        {
            var file = Path.Combine(history, page.Name);
            if (lines.Count == 0)
            {
                File.Delete(file);
            }
            else
            {
                using var text = JournalText.Of(lines);
                await ReplaceAsync(file, text.ToArray(), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(e);
        }
    }

    public void Dispose() => appending.Dispose();

    /// <summary>Writes a file that must not be there yet.</summary>
    /// <exception cref="ClaimLost">It is.</exception>
    internal static void Create(string file, byte[] content)
    {
        using var stream = CreateNew(file);
        try
        {
            stream.Write(content, 0, content.Length);
            stream.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // A full disk: nothing was sent yet, and half an entry would block its key.
            stream.Dispose();
            File.Delete(file);
            throw;
        }
    }

    /// <summary>Writes a file that has either its old or its new content, and nothing between, whenever the process ends.</summary>
    internal async Task ReplaceAsync(string file, byte[] content, CancellationToken cancellationToken)
    {
        var draft = file + ".new";
        using (var stream = new FileStream(draft, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(content, 0, content.Length);
            stream.Flush(flushToDisk: true);
        }

        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            try
            {
#if NET
                File.Move(draft, file, overwrite: true);
#else
                File.Replace(draft, file, null);
#endif
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException && waited < Patience)
            {
                // Somebody reads the old one at this moment.
                await time.WaitAsync(Pause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    internal PipelineException Unavailable(Exception cause) =>
        cause as PipelineException ?? new(PipelineErrorId.LedgerUnavailable, $"The run ledger in {Place} cannot be used: {SafeText.Clean(cause.Message, 300)} Nothing was sent. Mend it, or choose another with Connect-PipelineService -Ledger.");

    internal static byte[]? Read(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            var read = 0;
            while (read < bytes.Length && stream.Read(bytes, read, bytes.Length - read) is > 0 and var count)
            {
                read += count;
            }

            return read == bytes.Length ? bytes : bytes.AsSpan(0, read).ToArray();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private async Task<byte[]?> ReadAsync(string file, CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            try
            {
                return Read(file);
            }
            catch (IOException) when (waited < Patience)
            {
                await time.WaitAsync(Pause, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw Unavailable(e);
            }
        }
    }

    private static FileStream CreateNew(string file)
    {
        try
        {
            return new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        }
        catch (IOException) when (File.Exists(file))
        {
            throw new ClaimLost();
        }
    }

    private static IEnumerable<FileInfo> Files(string folder, string pattern, DateTime? since)
    {
        var directory = new DirectoryInfo(folder);
        return directory.Exists ? directory.EnumerateFiles(pattern).Where(f => since is null || f.LastWriteTimeUtc >= since) : [];
    }

    // What a lock is worth here is found out before anything depends on it: some shares grant every lock to everybody.
    private void Prove()
    {
        if (isProven)
        {
            return;
        }

        try
        {
            MakeFolders();
            var probe = Path.Combine(locks, $"probe-{Guid.NewGuid():N}");
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
            {
                if (CanOpen(probe, FileMode.Open) || CanOpen(probe, FileMode.CreateNew))
                {
                    throw new IOException("its file system does not keep a second process from opening a locked file, so it cannot be trusted with idempotency keys.");
                }
            }

            File.Delete(probe);
            isProven = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw Unavailable(e);
        }
    }

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

    private void MakeFolders()
    {
#if NET
        if (isPrivate && !OperatingSystem.IsWindows() && !Directory.Exists(Place))
        {
            Directory.CreateDirectory(Place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
#else
        _ = isPrivate;
#endif
        Directory.CreateDirectory(keys);
        Directory.CreateDirectory(locks);
        Directory.CreateDirectory(history);
    }

    private FileStream? TryLock(string name)
    {
        try
        {
            return new FileStream(LockFile(name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (DirectoryNotFoundException)
        {
            MakeFolders();
            return null;
        }
        catch (IOException e) when (IsHeld(e))
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(e);
        }
    }

    // A sharing violation on Windows; EWOULDBLOCK (11; 35 on macOS) elsewhere. Other failures, such as a full disk, will not pass by waiting.
    private static bool IsHeld(IOException e) => (e.HResult & 0xFFFF) is 32 or 33 or 11 or 35;

    private string LockFile(string name) => Path.Combine(locks, name + ".lock");

    private string PageName() => FormattableString.Invariant($"{time.GetUtcNow():yyyy-MM-dd}.{LedgerOwner.HostName}.{LedgerOwner.ProcessId}.jsonl");
}
