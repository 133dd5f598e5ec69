using PipelineTrigger.Core.Files;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Ledger.FileSystem;

/// <summary>
/// The history of a ledger in a directory. One process appends to each page, and any process may remove lines, under the page's lock.
/// </summary>
internal sealed class DirectoryHistory(LedgerFolder folder, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim appending = new(1);

    // Each connection of a process has pages of its own.
    private readonly string mark = Guid.NewGuid().ToString("N").Substring(0, 6);

    public async Task AppendAsync(IReadOnlyList<LedgerEntry> lines, CancellationToken cancellationToken)
    {
        await appending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            folder.Make();
            var name = PageName();
            using var turn = await TakeTurnAsync(name, cancellationToken).ConfigureAwait(false);
            using var page = new FileStream(
                Path.Combine(folder.History, name),
                FileMode.Append,
                FileAccess.Write,
                FileShare.Read,
                4096,
                useAsync: true
            );
            using var text = HistoryText.Of(lines);
            await text.CopyToAsync(page, 81920, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            appending.Release();
        }
    }

    public async Task RewriteAsync(string page, Func<LedgerEntry, bool> stays, CancellationToken cancellationToken)
    {
        using var turn = await TakeTurnAsync(page, cancellationToken).ConfigureAwait(false);
        await RewriteAsync(page, turn, stays, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As <see cref="RewriteAsync(string, Func{LedgerEntry, bool}, CancellationToken)"/>, if the page's lock is free.</summary>
    public async Task TryRewriteAsync(string page, Func<LedgerEntry, bool> stays, CancellationToken cancellationToken)
    {
        using var turn = folder.TryLock(page);
        if (turn is not null)
        {
            await RewriteAsync(page, turn, stays, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => appending.Dispose();

    private async Task RewriteAsync(string page, LedgerLock turn, Func<LedgerEntry, bool> stays, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder.History, page);
        if (AtomicFile.Read(file) is not { } text || HistoryText.Without(text, stays) is not { } rest)
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

    private string PageName() =>
        FormattableString.Invariant(
            $"{time.GetUtcNow():yyyy-MM-dd}.{LedgerOwner.HostName}.{LedgerOwner.ProcessId}.{mark}{LedgerFolder.PageEnd}"
        );
}
