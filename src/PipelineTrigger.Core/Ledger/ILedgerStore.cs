namespace PipelineTrigger.Core.Ledger;

/// <summary>
/// Stores entries: one for each name, with at most one owner at a time among all processes and machines that share the location.
/// Names are <see cref="LedgerName"/>s. Failures are <see cref="PipelineException"/> LedgerUnavailable.
/// </summary>
internal interface ILedgerStore : IDisposable
{
    /// <summary>The location to show to users; contains no secret.</summary>
    string Location { get; }

    /// <summary>Claims a name; waits while another owner exists.</summary>
    /// <exception cref="PipelineException">LedgerUnavailable: also where the entry is of a later version of the module, or none at
    /// all.</exception>
    Task<ILedgerClaim> AcquireAsync(string name, IOperationObserver observer, CancellationToken cancellationToken);

    /// <summary>Claims a name, whatever its entry is; null while another owner exists.</summary>
    Task<ILedgerClaim?> TryAcquireAsync(string name, CancellationToken cancellationToken);

    /// <summary>Whether a name has an entry.</summary>
    Task<bool> HasAsync(string name, CancellationToken cancellationToken);

    /// <summary>Whether a name has an owner now.</summary>
    Task<bool> IsOwnedAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// All entries that have changed since, newest first where that is known. An unreadable entry has no content.
    /// </summary>
    /// <param name="since">UTC by this machine's clock; null for all.</param>
    IAsyncEnumerable<StoredEntry> ListAsync(DateTime? since, CancellationToken cancellationToken);

    /// <summary>
    /// The entries of a subject at any installation, and those that are not in the index. No other entry is read.
    /// </summary>
    IAsyncEnumerable<StoredEntry> ListSubjectAsync(string subject, CancellationToken cancellationToken);

    /// <summary>Adds lines to the history of triggers without a key.</summary>
    Task AppendAsync(IReadOnlyList<LedgerEntry> lines, CancellationToken cancellationToken);

    /// <summary>The history's pages that have changed since, oldest first; unreadable lines are left out.</summary>
    IAsyncEnumerable<HistoryPage> ReadHistoryAsync(DateTime? since, CancellationToken cancellationToken);

    /// <summary>
    /// Removes lines from the current content of a page while no process appends to it; deletes the page if no lines remain.
    /// </summary>
    /// <param name="stays">Whether a readable line stays. Unreadable lines always stay.</param>
    Task RewriteAsync(string page, Func<LedgerEntry, bool> stays, CancellationToken cancellationToken);

    /// <summary>
    /// Removes, in batches, what has not changed for a time: settled entries after their window, their locks, and pages of the history.
    /// Keeps what is in doubt, owned or unreadable. Ages are measured by the clock of the location.
    /// </summary>
    /// <param name="unchangedFor">At least.</param>
    Task PruneAsync(TimeSpan unchangedFor, CancellationToken cancellationToken);
}

/// <summary>An entry in the store.</summary>
/// <param name="ChangedAt">UTC; when it was last written.</param>
internal sealed record StoredEntry(string Name, EntryText Text, DateTime ChangedAt)
{
    /// <summary>Null if it cannot be read.</summary>
    public LedgerEntry? Content => Text.Entry;
}

/// <summary>A part of the history, written by one process on one day.</summary>
/// <param name="Later">A line of a later version of the module, which is not in Lines; null for none.</param>
internal sealed record HistoryPage(string Name, IReadOnlyList<LedgerEntry> Lines, EntryText? Later = null);

/// <summary>The ownership of a name; ends when it is disposed or the process ends.</summary>
internal interface ILedgerClaim : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Whether there is an entry.</summary>
    bool Exists { get; }

    /// <summary>The entry; null if there is none or it cannot be read.</summary>
    LedgerEntry? Content { get; }

    /// <summary>The text of the entry when it was claimed; null if there was none.</summary>
    EntryText? Found { get; }

    /// <summary>UTC. When the entry was last written before it was claimed; null if there was none.</summary>
    DateTime? ChangedAt { get; }

    /// <summary>
    /// Creates the entry if no other process has created it, or replaces it if it is still as this claim found or wrote it. It has reached
    /// the disk when this returns.
    /// </summary>
    /// <exception cref="PipelineException">LedgerUnavailable, <see cref="ClaimLost"/>.</exception>
    Task WriteAsync(LedgerEntry entry, CancellationToken cancellationToken);

    /// <summary>Deletes the entry.</summary>
    /// <exception cref="PipelineException">LedgerUnavailable, <see cref="ClaimLost"/>.</exception>
    Task DeleteAsync(CancellationToken cancellationToken);

    /// <summary>Deletes the entry, and its lock when the claim ends, because the name is not expected to be used again.</summary>
    /// <exception cref="PipelineException">LedgerUnavailable, <see cref="ClaimLost"/>.</exception>
    Task RetireAsync(CancellationToken cancellationToken);

    /// <summary>Checks that the claim still holds, because a machine that slept may have lost it.</summary>
    /// <exception cref="ClaimLost">There may be another owner.</exception>
    Task ConfirmAsync(CancellationToken cancellationToken);
}

/// <summary>The ownership of a name was lost, so nothing more may be done under it.</summary>
internal sealed class ClaimLost() : Exception("The ownership of the ledger's entry was lost.");
