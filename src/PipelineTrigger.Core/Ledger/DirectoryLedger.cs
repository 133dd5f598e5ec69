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

    private readonly LedgerFolder folder = new(path, isPrivate);
    private readonly SemaphoreSlim appending = new(1);

    // Each connection of a process has pages of its own.
    private readonly string mark = Guid.NewGuid().ToString("N").Substring(0, 6);

    public string Place { get; } = path;

    public async Task<ILedgerClaim> AcquireAsync(string name, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var patience = new ClaimPatience(Place, time, observer);
        while (true)
        {
            if (TryClaim(name) is { } claim)
            {
                return claim;
            }

            await patience.PauseAsync(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

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
        foreach (var file in Files(folder.Keys, EntryPattern, since))
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
            folder.Make();
            using var page = new FileStream(Path.Combine(folder.History, PageName()), FileMode.Append, FileAccess.Write, FileShare.Read, 4096, useAsync: true);
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
        foreach (var file in Files(folder.History, PagePattern, since).OrderBy(f => f.Name, StringComparer.Ordinal))
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
            var file = Path.Combine(folder.History, page.Name);
            if (lines.Count == 0)
            {
                File.Delete(file);
            }
            else
            {
                using var text = JournalText.Of(lines);
                await LedgerFile.ReplaceAsync(file, text.ToArray(), time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(e);
        }
    }

    public void Dispose() => appending.Dispose();

    internal Task ReplaceAsync(string file, byte[] content, CancellationToken cancellationToken) => LedgerFile.ReplaceAsync(file, content, time, cancellationToken);

    internal PipelineException Unavailable(Exception cause) =>
        new(PipelineErrorId.LedgerUnavailable, $"The run ledger in {Place} cannot be used: {SafeText.Clean(cause.Message, 300)} Nothing was sent. Mend it, or choose another with Connect-PipelineService -Ledger.") { Absence = RunAbsence.Told };

    private DirectoryClaim? TryClaim(string name)
    {
        FileStream? held = null;
        try
        {
            folder.Prove();
            held = folder.TryLock(name);
            return held is null ? null : new DirectoryClaim(name, Path.Combine(folder.Keys, name + ".json"), held, this);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            held?.Dispose();
            throw Unavailable(e);
        }
    }

    private async Task<byte[]?> ReadAsync(string file, CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            try
            {
                return LedgerFile.Read(file);
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

    private FileInfo[] Files(string part, string pattern, DateTime? since)
    {
        try
        {
            var directory = new DirectoryInfo(part);
            return directory.Exists ? [.. directory.EnumerateFiles(pattern).Where(f => since is null || f.LastWriteTimeUtc >= since)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(e);
        }
    }

    private string PageName() => FormattableString.Invariant($"{time.GetUtcNow():yyyy-MM-dd}.{LedgerOwner.HostName}.{LedgerOwner.ProcessId}.{mark}.jsonl");
}
