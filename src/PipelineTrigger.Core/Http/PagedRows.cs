namespace PipelineTrigger.Core.Http;

/// <summary>
/// The rows of a list that is read page by page: returns each row once, and fails if a page has no new rows, because a server that ignores
/// the offset would be read forever.
/// </summary>
/// <param name="vendor">The vendor's name, for messages.</param>
/// <param name="what">What the list contains, for messages.</param>
internal sealed class PagedRows<TKey>(string vendor, string what)
    where TKey : notnull
{
    // With 100 or 1000 rows a page, more than any installation has.
    private const int MostPages = 1000;

    private readonly HashSet<TKey> seen = [];
    private int pages;

    /// <summary>
    /// The rows of the next page that have a key and were not on an earlier page. A row can appear twice if rows are added or deleted
    /// between two reads.
    /// </summary>
    /// <exception cref="PipelineException">InvalidResponse: the page has rows, but no new ones.</exception>
    public IReadOnlyList<TRow> Take<TRow>(IReadOnlyList<TRow> page, Func<TRow, (bool HasKey, TKey Key)> key)
    {
        List<TRow> rows = [.. page.Where(row => key(row) is (true, var own) && seen.Add(own))];
        return page.Count == 0 ? rows
            : rows.Count == 0 ? throw Endless($"returned no new {what} on the next page, but did not end the list")
            : ++pages > MostPages ? throw Endless($"did not end the list of {what} after {MostPages} pages")
            : rows;
    }

    private PipelineException Endless(string how) =>
        new(
            PipelineErrorId.InvalidResponse,
            $"{vendor} {how}, so the list is incomplete ({seen.Count} {what} read). "
                + "Check the connection's -BaseUri and any gateway in front of the server."
        );
}
