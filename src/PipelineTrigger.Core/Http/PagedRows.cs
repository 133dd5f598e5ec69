namespace PipelineTrigger.Core.Http;

/// <summary>The rows of a list that is read page by page: each once, and only as long as pages bring new ones. A server that ignores the offset would be read for ever.</summary>
/// <param name="vendor">For messages.</param>
/// <param name="what">What is listed, for messages.</param>
internal sealed class PagedRows<TKey>(string vendor, string what)
    where TKey : notnull
{
    // At a hundred or a thousand rows each, more than any installation has.
    private const int MostPages = 1000;

    private readonly HashSet<TKey> seen = [];
    private int pages;

    /// <summary>The rows of the next page that have a key and were not there before: rows that come or go while the pages are read move the rest along.</summary>
    /// <exception cref="PipelineException">InvalidResponse: a page that is not empty brings nothing new.</exception>
    public IReadOnlyList<TRow> Take<TRow>(IReadOnlyList<TRow> page, Func<TRow, (bool HasKey, TKey Key)> key)
    {
        List<TRow> rows = [.. page.Where(row => key(row) is (true, var own) && seen.Add(own))];
        return page.Count == 0 ? rows
            : rows.Count == 0 ? throw Endless($"gives no further {what} at the next offset, and does not end the list either")
            : ++pages > MostPages ? throw Endless($"lists {what} without end")
            : rows;
    }

    private PipelineException Endless(string how) =>
        new(
            PipelineErrorId.InvalidResponse,
            $"{vendor} {how}, so the list cannot be read whole ({seen.Count} {what} so far). Check the connection's -BaseUri, and what stands before the server."
        );
}
