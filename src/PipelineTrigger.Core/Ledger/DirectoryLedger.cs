using System.Runtime.CompilerServices;
using PipelineTrigger.Core.Files;
using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Core.Ledger;

/// <summary>
/// A ledger in a directory, on a disk or a file share. A name's owner holds its lock file open for itself alone, which the system ends with the
/// process; only the owner touches the entry beside it, and only if it is still as the owner knows it. Entries begin by create-new and change by replacement,
/// so that a crash leaves the old or the new.
/// </summary>
/// <param name="path">The directory; made when something is written.</param>
/// <param name="isPrivate">Whether it is for its user alone.</param>
internal sealed class DirectoryLedger(string path, TimeProvider time, bool isPrivate = false) : ILedgerStore
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly LedgerFolder folder = new(path, isPrivate);
    private readonly SemaphoreSlim appending = new(1);

    // Each connection of a process has pages of its own.
    private readonly string mark = Guid.NewGuid().ToString("N").Substring(0, 6);

    public string Place { get; } = path;

    public async Task<ILedgerClaim> AcquireAsync(string name, IOperationObserver observer, CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            if (TryClaim(name, mayPass: waited < Patience) is { } claim)
            {
                try
                {
                    claim.Found?.Check(name, Place);
                    return claim;
                }
                catch
                {
                    await claim.DisposeAsync().ConfigureAwait(false);
                    throw;
                }
            }

            if (waited == TimeSpan.Zero)
            {
                observer.Verbose("Another process is at work on the same key; waiting for what becomes of it.");
            }

            await time.WaitAsync(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task<ILedgerClaim?> TryAcquireAsync(string name, CancellationToken cancellationToken) => Task.FromResult<ILedgerClaim?>(TryClaim(name));

    public Task<bool> HasAsync(string name, CancellationToken cancellationToken) => Task.FromResult(File.Exists(folder.EntryFile(name)));

    public Task<bool> IsOwnedAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult(folder.IsLocked(name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(e);
        }
    }

    public async IAsyncEnumerable<StoredEntry> ListAsync(DateTime? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var file in Files(folder.Keys, LedgerFolder.EntryEnd, since).OrderByDescending(f => f.LastWriteTimeUtc))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await ReadAsync(file.FullName, cancellationToken).ConfigureAwait(false) is { } bytes)
            {
                yield return new(Path.GetFileNameWithoutExtension(file.Name), EntryText.Read(bytes), file.LastWriteTimeUtc);
            }
        }
    }

    public async IAsyncEnumerable<StoredEntry> ListSubjectAsync(string subject, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (name, isIndexed) in Names(subject))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var file = folder.EntryFile(name);
            if (await ReadAsync(file, cancellationToken).ConfigureAwait(false) is not { } bytes)
            {
                folder.Subjects.Remove(subject, name);
                continue;
            }

            var text = EntryText.Read(bytes);
            if (text.Entry is { } entry && (!isIndexed || entry.Subject != subject))
            {
                folder.Subjects.Move(subject, entry.Subject, name);
            }

            if (text.Entry is null || text.Entry.Subject == subject)
            {
                yield return new(name, text, File.GetLastWriteTimeUtc(file));
            }
        }
    }

    public async Task AppendAsync(IReadOnlyList<LedgerEntry> lines, CancellationToken cancellationToken)
    {
        await appending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            folder.Make();
            var name = PageName();
            using var turn = await TakeTurnAsync(name, cancellationToken).ConfigureAwait(false);
            using var page = new FileStream(Path.Combine(folder.History, name), FileMode.Append, FileAccess.Write, FileShare.Read, 4096, useAsync: true);
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
        foreach (var file in Files(folder.History, LedgerFolder.PageEnd, since).OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            if (await ReadAsync(file.FullName, cancellationToken).ConfigureAwait(false) is { } bytes)
            {
                yield return JournalText.Parse(file.Name, bytes);
            }
        }
    }

    public async Task RewriteAsync(string page, Func<LedgerEntry, bool> stays, CancellationToken cancellationToken)
    {
        try
        {
            var file = Path.Combine(folder.History, page);
            using var turn = await TakeTurnAsync(page, cancellationToken).ConfigureAwait(false);
            if (AtomicFile.Read(file) is not { } text || JournalText.Without(text, stays) is not { } rest)
            {
                return;
            }

            if (rest.Length > 0)
            {
                await AtomicFile.ReplaceAsync(file, rest, time, cancellationToken).ConfigureAwait(false);
                return;
            }

            File.Delete(file);
            turn.Remove();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(e);
        }
    }

    public async Task PruneAsync(TimeSpan unchangedFor, CancellationToken cancellationToken)
    {
        try
        {
            var pruning = new DirectoryPruning(folder, time, name => TryClaim(name), (page, stays) => RewriteAsync(page, stays, cancellationToken));
            await pruning.PruneAsync(unchangedFor, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(e);
        }
    }

    public void Dispose() => appending.Dispose();

    internal Task ReplaceAsync(string file, byte[] content, CancellationToken cancellationToken) =>
        AtomicFile.ReplaceAsync(file, content, time, cancellationToken);

    internal PipelineException Unavailable(Exception cause) =>
        new(PipelineErrorId.LedgerUnavailable, $"The run ledger in {Place} cannot be used: {SafeText.Clean(cause.Message, 300)} Nothing was sent. Mend it, or choose another with Connect-PipelineService -Ledger.");

    private DirectoryClaim? TryClaim(string name, bool mayPass = false)
    {
        LedgerLock? held = null;
        try
        {
            folder.Prove();
            held = folder.TryLock(name);
            return held is null ? null : new DirectoryClaim(name, held, folder, this);
        }
        catch (UnauthorizedAccessException) when (SystemFile.IsWindows && held is null && mayPass)
        {
            // So Windows tells of a lock file that is being taken away.
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            held?.Dispose();
            throw Unavailable(e);
        }
    }

    // A page is added to and rewritten by one at a time.
    private async Task<LedgerLock> TakeTurnAsync(string page, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (folder.TryLock(page) is { } turn)
            {
                return turn;
            }

            await time.WaitAsync(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    private List<(string Name, bool IsIndexed)> Names(string subject)
    {
        try
        {
            var (ours, indexed) = (folder.Subjects.Names(subject), folder.Subjects.Names());
            var unknown = Files(folder.Keys, LedgerFolder.EntryEnd, null).Select(f => Path.GetFileNameWithoutExtension(f.Name)).Where(name => !indexed.Contains(name));
            return [.. ours.Select(name => (name, true)), .. unknown.Select(name => (name, false))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(e);
        }
    }

    private async Task<byte[]?> ReadAsync(string file, CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            try
            {
                return AtomicFile.Read(file);
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

    private FileInfo[] Files(string part, string end, DateTime? since)
    {
        try
        {
            var directory = new DirectoryInfo(part);
            return directory.Exists ? [.. directory.EnumerateFiles("*" + end).Where(f => f.Extension == end && (since is null || f.LastWriteTimeUtc >= since))] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(e);
        }
    }

    private string PageName() => FormattableString.Invariant($"{time.GetUtcNow():yyyy-MM-dd}.{LedgerOwner.HostName}.{LedgerOwner.ProcessId}.{mark}{LedgerFolder.PageEnd}");
}
