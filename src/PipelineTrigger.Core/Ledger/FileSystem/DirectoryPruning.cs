using PipelineTrigger.Core.Files;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Ledger.FileSystem;

/// <summary>Removes from a ledger's directory what is no longer needed, in batches.</summary>
/// <param name="tryClaim">Claims a name; null while it has another owner.</param>
internal sealed class DirectoryPruning(
    LedgerFolder folder,
    DirectoryHistory history,
    TimeProvider time,
    Func<string, DirectoryClaim?> tryClaim
)
{
    private static readonly TimeSpan DraftAge = TimeSpan.FromDays(1);

    public async Task PruneAsync(TimeSpan unchangedFor, CancellationToken cancellationToken)
    {
        var (entries, locks, pages) = (Files(folder.Keys), Files(folder.Locks), Files(folder.History));
        var now = Now([.. entries, .. locks, .. pages]);
        foreach (var draft in entries.Concat(pages).Where(f => AtomicFile.IsDraft(f.Name) && now - f.LastWriteTimeUtc > DraftAge))
        {
            draft.Delete();
        }

        foreach (var entry in Old(entries.Where(f => f.Extension == LedgerFolder.EntryEnd)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await RetireAsync(Path.GetFileNameWithoutExtension(entry.Name), now, unchangedFor, cancellationToken).ConfigureAwait(false);
        }

        foreach (var unused in Old(locks).Where(f => IsWithoutEntry(LedgerFolder.NameOf(f)) && File.Exists(f.FullName)))
        {
            RemoveLock(LedgerFolder.NameOf(unused));
        }

        foreach (var page in Old(pages.Where(f => f.Extension == LedgerFolder.PageEnd)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await history.TryRewriteAsync(page.Name, static line => line.IsInDoubt, cancellationToken).ConfigureAwait(false);
        }

        // A different start each time, so that entries that must stay do not keep others from being removed.
        IEnumerable<FileInfo> Old(IEnumerable<FileInfo> files) =>
            files.Where(f => now - f.LastWriteTimeUtc > unchangedFor).OrderBy(_ => Guid.NewGuid()).Take(LedgerAge.MostAtOnce).ToList();
    }

    // The owner of the lock indexes and writes the entry.
    private void RemoveLock(string name)
    {
        using var held = folder.TryLock(name);
        if (held is not null && IsWithoutEntry(name))
        {
            folder.Subjects.Remove(name);
            held.Remove();
        }
    }

    private bool IsWithoutEntry(string name) => !File.Exists(folder.EntryFile(name));

    private async Task RetireAsync(string name, DateTime now, TimeSpan unchangedFor, CancellationToken cancellationToken)
    {
        if (tryClaim(name) is not { } claim)
        {
            return;
        }

        await using var _ = claim.ConfigureAwait(false);
        try
        {
            if (claim.ChangedAt is { } changed && now - changed > unchangedFor && LedgerAge.IsOver(claim.Content, now - changed))
            {
                await claim.RetireAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ClaimLost)
        {
            // It is in use.
        }
    }

    // The newest file was written before now, by the clock that also stamped the others. A file from the future must not make the others
    // old.
    private DateTime Now(IReadOnlyList<FileInfo> files)
    {
        var here = time.GetUtcNow().UtcDateTime;
        var latest = files.Count == 0 ? here : files.Max(f => f.LastWriteTimeUtc);
        return latest < here ? latest : here;
    }

    private static FileInfo[] Files(string part) => new DirectoryInfo(part) is { Exists: true } directory ? directory.GetFiles() : [];
}
