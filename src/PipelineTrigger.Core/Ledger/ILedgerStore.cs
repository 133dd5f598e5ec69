namespace PipelineTrigger.Core.Ledger;

/// <summary>
/// Where entries are kept: one per name, each with at most one owner at a time, among all processes and machines that share the location.
/// Names are <see cref="LedgerName"/>s. Failures are <see cref="PipelineException"/> LedgerUnavailable.
/// </summary>
internal interface ILedgerStore : IDisposable
{
    /// <summary>Where it is, for people; holds no secret.</summary>
    string Location { get; }

    /// <summary>Becomes the owner of a name; waits while another one lives.</summary>
    /// <exception cref="PipelineException">LedgerUnavailable: also where the entry is of a later version of the module, or none at
    /// all.</exception>
    Task<ILedgerClaim> AcquireAsync(string name, IOperationObserver observer, CancellationToken cancellationToken);

    /// <summary>Becomes the owner of a name, whatever stands there; null while another one lives.</summary>
    Task<ILedgerClaim?> TryAcquireAsync(string name, CancellationToken cancellationToken);

    /// <summary>Whether there is an entry of a name.</summary>
    Task<bool> HasAsync(string name, CancellationToken cancellationToken);

    /// <summary>Whether a living owner has the name now.</summary>
    Task<bool> IsOwnedAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// All entries that have changed since, what changed last first where that is known; one that cannot be read without its content.
    /// </summary>
    /// <param name="since">UTC by this machine's clock; null for all.</param>
    IAsyncEnumerable<StoredEntry> ListAsync(DateTime? since, CancellationToken cancellationToken);

    /// <summary>
    /// The entries of a subject, at whatever installation, and those of which it is not known whether they are; no other is read.
    /// </summary>
    IAsyncEnumerable<StoredEntry> ListSubjectAsync(string subject, CancellationToken cancellationToken);

    /// <summary>Adds lines to the history of triggers without a key.</summary>
    Task AppendAsync(IReadOnlyList<LedgerEntry> lines, CancellationToken cancellationToken);

    /// <summary>The history's pages that have changed since, oldest first; lines that cannot be read are left out.</summary>
    IAsyncEnumerable<HistoryPage> ReadHistoryAsync(DateTime? since, CancellationToken cancellationToken);

    /// <summary>
    /// Takes lines out of a page, as it stands by then, while nobody adds to it; without lines that stay, takes the page away.
    /// </summary>
    /// <param name="stays">Asked of each line that can be read. What cannot be read stays.</param>
    Task RewriteAsync(string page, Func<LedgerEntry, bool> stays, CancellationToken cancellationToken);

    /// <summary>
    /// Takes away what has not changed for so long, some at a time: settled entries whose keys' time is over, what is left of their locks,
    /// and the history's pages. Nothing that is in doubt, owned or not understood. Ages are judged by the clock of the location itself.
    /// </summary>
    /// <param name="unchangedFor">At least.</param>
    Task PruneAsync(TimeSpan unchangedFor, CancellationToken cancellationToken);
}

/// <summary>An entry in the store.</summary>
/// <param name="ChangedAt">UTC; when it was last written.</param>
internal sealed record StoredEntry(string Name, EntryText Text, DateTime ChangedAt)
{
    /// <summary>Null for one that cannot be read.</summary>
    public LedgerEntry? Content => Text.Entry;
}

/// <summary>A part of the history, written by one process on one day.</summary>
/// <param name="Later">A line of a later version of the module, which is not among the others; null for none.</param>
internal sealed record HistoryPage(string Name, IReadOnlyList<LedgerEntry> Lines, EntryText? Later = null);

/// <summary>The ownership of a name; given up by disposing it, and by the end of the process.</summary>
internal interface ILedgerClaim : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Whether there is an entry.</summary>
    bool Exists { get; }

    /// <summary>The entry; null where there is none, and where it cannot be read.</summary>
    LedgerEntry? Content { get; }

    /// <summary>What was found where the entry should be when it was claimed; null where there was nothing.</summary>
    EntryText? Found { get; }

    /// <summary>UTC. When the entry was last written before it was claimed; null where there was none.</summary>
    DateTime? ChangedAt { get; }

    /// <summary>
    /// Writes the entry: as a new one that nobody else may have made meanwhile, or in place of the one there is, if that is still the one
    /// that was found or written under this claim. It has reached the disk when this returns.
    /// </summary>
    /// <exception cref="PipelineException">LedgerUnavailable, <see cref="ClaimLost"/>.</exception>
    Task WriteAsync(LedgerEntry entry, CancellationToken cancellationToken);

    /// <summary>Takes the entry away.</summary>
    /// <exception cref="PipelineException">LedgerUnavailable, <see cref="ClaimLost"/>.</exception>
    Task DeleteAsync(CancellationToken cancellationToken);

    /// <summary>Takes the entry away, and with the claim what marks its ownership: nobody is expected to use the name again.</summary>
    /// <exception cref="PipelineException">LedgerUnavailable, <see cref="ClaimLost"/>.</exception>
    Task RetireAsync(CancellationToken cancellationToken);

    /// <summary>Makes sure that nobody else has become the owner, as may happen to a machine that slept.</summary>
    /// <exception cref="ClaimLost">Somebody else may have.</exception>
    Task ConfirmAsync(CancellationToken cancellationToken);
}

/// <summary>The ownership of a name went to somebody else: whatever was to be done under it must not be done.</summary>
internal sealed class ClaimLost() : Exception("The ownership of the ledger's entry was lost.");
