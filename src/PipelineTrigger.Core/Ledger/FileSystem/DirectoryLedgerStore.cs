using System.Runtime.CompilerServices;
using PipelineTrigger.Core.Files;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Ledger.FileSystem;

/// <summary>
/// A ledger in a directory, on a disk or a file share. The owner of a name holds its lock file open exclusively, and the system releases it
/// with
/// the process. Only the owner changes the entry beside it, and only if the entry is still as the owner knows it. Entries are created once
/// and then replaced, so a crash leaves the old or the new content.
/// </summary>
internal sealed class DirectoryLedgerStore : ILedgerStore
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TimeProvider time;
    private readonly LedgerFolder folder;
    private readonly DirectoryHistory history;

    /// <param name="path">The directory; created at the first write.</param>
    /// <param name="isPrivate">Whether only this user may read it.</param>
    public DirectoryLedgerStore(string path, TimeProvider time, bool isPrivate = false)
    {
        Location = path;
        this.time = time;
        folder = new(path, isPrivate);
        history = new(folder, time);
    }

    public string Location { get; }

    public async Task<ILedgerClaim> AcquireAsync(string name, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var patience = new ClaimPatience(Location, time, observer);
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            if (TryClaim(name, mayPass: waited < Patience) is { } claim)
            {
                try
                {
                    claim.Found?.Check(name, Location);
                    return claim;
                }
                catch
                {
                    await claim.DisposeAsync().ConfigureAwait(false);
                    throw;
                }
            }

            await patience.PauseAsync(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task<ILedgerClaim?> TryAcquireAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult<ILedgerClaim?>(TryClaim(name));

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

    public async IAsyncEnumerable<StoredEntry> ListSubjectAsync(
        string subject,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (var (name, isIndexed) in Names(subject))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var file = folder.EntryFile(name);
            if (await ReadAsync(file, cancellationToken).ConfigureAwait(false) is not { } bytes)
            {
                continue;
            }

            var text = EntryText.Read(bytes);
            if (!isIndexed && text.Entry is { } entry)
            {
                folder.Subjects.TryAdd(entry.Subject, name);
            }

            if (text.Entry is null || text.Entry.Subject == subject)
            {
                yield return new(name, text, File.GetLastWriteTimeUtc(file));
            }
        }
    }

    public Task AppendAsync(IReadOnlyList<LedgerEntry> lines, CancellationToken cancellationToken) =>
        DoAsync(history.AppendAsync(lines, cancellationToken));

    public async IAsyncEnumerable<HistoryPage> ReadHistoryAsync(
        DateTime? since,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (var file in Files(folder.History, LedgerFolder.PageEnd, since).OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            if (await ReadAsync(file.FullName, cancellationToken).ConfigureAwait(false) is { } bytes)
            {
                yield return HistoryText.Parse(file.Name, bytes);
            }
        }
    }

    public Task RewriteAsync(string page, Func<LedgerEntry, bool> stays, CancellationToken cancellationToken) =>
        DoAsync(history.RewriteAsync(page, stays, cancellationToken));

    public Task PruneAsync(TimeSpan unchangedFor, CancellationToken cancellationToken) =>
        DoAsync(new DirectoryPruning(folder, history, time, name => TryClaim(name)).PruneAsync(unchangedFor, cancellationToken));

    public void Dispose() => history.Dispose();

    internal Task ReplaceAsync(string file, byte[] content, CancellationToken cancellationToken) =>
        AtomicFile.ReplaceAsync(file, content, time, cancellationToken);

    internal PipelineException Unavailable(Exception cause) =>
        new(
            PipelineErrorId.LedgerUnavailable,
            $"The run ledger in {Location} cannot be used: {SafeText.Clean(cause.Message, 300)} Nothing was sent. "
                + "Fix the problem, or choose another ledger with Connect-PipelineService -Ledger."
        )
        {
            Absence = RunAbsence.Told,
        };

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
            // Windows reports a lock file that is being deleted this way.
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            held?.Dispose();
            throw Unavailable(e);
        }
    }

    private async Task DoAsync(Task work)
    {
        try
        {
            await work.ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(e);
        }
    }

    private List<(string Name, bool IsIndexed)> Names(string subject)
    {
        try
        {
            // In this order: an entry is added to the index before it is written, and removed from it after it is deleted.
            var indexed = folder.Subjects.Names();
            var ours = folder.Subjects.Names(subject);
            var unknown = Files(folder.Keys, LedgerFolder.EntryEnd, null)
                .Select(f => Path.GetFileNameWithoutExtension(f.Name))
                .Where(name => !indexed.Contains(name));
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
            return directory.Exists
                ? [.. directory.EnumerateFiles("*" + end).Where(f => f.Extension == end && (since is null || f.LastWriteTimeUtc >= since))]
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(e);
        }
    }
}
