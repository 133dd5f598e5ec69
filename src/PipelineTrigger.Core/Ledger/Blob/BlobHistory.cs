using System.Runtime.CompilerServices;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Ledger.Blob;

/// <summary>
/// The history of a ledger in a blob container: pages that are added to, and such as were cleared once and stay as they are.
/// </summary>
internal sealed class BlobHistory(BlobClient blobs, TimeProvider time)
{
    public const string Folder = "history/";

    private const string PageEnd = ".jsonl";
    private const string Cleared = ".cleared-";
    private const int ReadsAtOnce = 4;

    public async Task AppendAsync(IReadOnlyList<LedgerEntry> lines, CancellationToken cancellationToken)
    {
        var page =
            Folder + FormattableString.Invariant($"{time.GetUtcNow():yyyy-MM-dd}.{LedgerOwner.HostName}.{LedgerOwner.ProcessId}{PageEnd}");
        using var text = HistoryText.Of(lines);
        var bytes = text.ToArray();
        var answer = await blobs.AppendAsync(page, bytes, SilentObserver.Instance, cancellationToken).ConfigureAwait(false);
        if (answer.Outcome == BlobOutcome.Missing)
        {
            await blobs.CreateAppendableAsync(page, SilentObserver.Instance, cancellationToken).ConfigureAwait(false);
            answer = await blobs.AppendAsync(page, bytes, SilentObserver.Instance, cancellationToken).ConfigureAwait(false);
        }

        if (!answer.IsDone)
        {
            throw blobs.Unavailable($"{page} cannot be added to.");
        }
    }

    // A line that is there twice was sent again because its answer was lost, or its page is being cleared.
    public async IAsyncEnumerable<HistoryPage> ReadAsync(DateTime? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        HashSet<LedgerEntry> seen = [];
        await foreach (
            var batch in BlobFolder.ReadAsync(blobs, Folder, BlobFolder.Since(since), ReadsAtOnce, cancellationToken).ConfigureAwait(false)
        )
        {
            foreach (var page in await Task.WhenAll(batch.Select(b => ReadPageAsync(b.Name, cancellationToken))).ConfigureAwait(false))
            {
                if (page is not null)
                {
                    yield return page with
                    {
                        Lines = [.. page.Lines.Where(seen.Add)],
                    };
                }
            }
        }
    }

    // What is added to cannot be replaced, so what stays goes to a page of its own first; the page that was read goes only if nothing was
    // added to it since.
    public async Task RewriteAsync(string name, Func<LedgerEntry, bool> stays, CancellationToken cancellationToken)
    {
        var blob = Folder + name;
        var answer = await blobs.GetAsync(blob, SilentObserver.Instance, cancellationToken).ConfigureAwait(false);
        if (!answer.IsDone || HistoryText.Without(answer.Body, stays) is not { } rest)
        {
            return;
        }

        if (rest.Length > 0)
        {
            var cleared =
                Folder
                + name.Split([Cleared], StringSplitOptions.None)[0].Replace(PageEnd, "")
                + Cleared
                + Guid.NewGuid().ToString("N")
                + PageEnd;
            await blobs.PutAsync(cleared, rest, null, SilentObserver.Instance, cancellationToken).ConfigureAwait(false);
        }

        if (
            (await blobs.DeleteAsync(blob, answer.ETag!, SilentObserver.Instance, cancellationToken).ConfigureAwait(false)).Outcome
            == BlobOutcome.Refused
        )
        {
            throw blobs.Unavailable($"{blob} changed while lines were removed from it, and still has them. Run the command again.");
        }
    }

    private async Task<HistoryPage?> ReadPageAsync(string blob, CancellationToken cancellationToken)
    {
        var answer = await blobs.GetAsync(blob, SilentObserver.Instance, cancellationToken).ConfigureAwait(false);
        return answer.IsDone ? HistoryText.Parse(blob.Substring(Folder.Length), answer.Body) : null;
    }
}
