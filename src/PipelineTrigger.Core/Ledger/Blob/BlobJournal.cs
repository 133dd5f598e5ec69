using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Core.Ledger.Blob;

/// <summary>The journal of a ledger in a blob container: pages that are added to, and such as were cleared once and stay as they are.</summary>
internal sealed class BlobJournal(BlobClient blobs, TimeProvider time)
{
    private const string Folder = "history/";
    private const string PageEnd = ".jsonl";
    private const string Cleared = ".cleared-";
    private const int ReadsAtOnce = 4;

    private readonly ConcurrentDictionary<string, string> etags = new(StringComparer.Ordinal);

    public async Task AppendAsync(IReadOnlyList<LedgerEntry> lines, CancellationToken cancellationToken)
    {
        var page = Folder + FormattableString.Invariant($"{time.GetUtcNow():yyyy-MM-dd}.{LedgerOwner.HostName}.{LedgerOwner.ProcessId}{PageEnd}");
        using var text = JournalText.Of(lines);
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
    public async IAsyncEnumerable<JournalPage> ReadAsync(DateTime? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        HashSet<LedgerEntry> seen = [];
        await foreach (var batch in BlobFolder.ReadAsync(blobs, Folder, since, ReadsAtOnce, cancellationToken).ConfigureAwait(false))
        {
            foreach (var page in await Task.WhenAll(batch.Select(b => ReadPageAsync(b.Name, cancellationToken))).ConfigureAwait(false))
            {
                if (page is not null)
                {
                    yield return page with { Lines = [.. page.Lines.Where(seen.Add)] };
                }
            }
        }
    }

    // What is added to cannot be replaced, so what stays goes to a page of its own first.
    public async Task RewriteAsync(JournalPage page, IReadOnlyList<LedgerEntry> lines, CancellationToken cancellationToken)
    {
        var blob = Folder + page.Name;
        if (!etags.TryGetValue(blob, out var etag))
        {
            throw new InvalidOperationException("A page is read before it is rewritten.");
        }

        using var text = JournalText.Of(lines);
        if (lines.Count > 0)
        {
            var rest = Folder + page.Name.Split([Cleared], StringSplitOptions.None)[0].Replace(PageEnd, "") + Cleared + Guid.NewGuid().ToString("N") + PageEnd;
            await blobs.PutAsync(rest, text.ToArray(), null, SilentObserver.Instance, cancellationToken).ConfigureAwait(false);
        }

        if ((await blobs.DeleteAsync(blob, etag, SilentObserver.Instance, cancellationToken).ConfigureAwait(false)).Outcome == BlobOutcome.Refused)
        {
            throw blobs.Unavailable($"{blob} was added to while lines were taken out of it, and keeps them. Do it again.");
        }
    }

    private async Task<JournalPage?> ReadPageAsync(string blob, CancellationToken cancellationToken)
    {
        var answer = await blobs.GetAsync(blob, SilentObserver.Instance, cancellationToken).ConfigureAwait(false);
        if (!answer.IsDone)
        {
            return null;
        }

        etags[blob] = answer.ETag!;
        return new(blob.Substring(Folder.Length), JournalText.Parse(answer.Body));
    }
}
