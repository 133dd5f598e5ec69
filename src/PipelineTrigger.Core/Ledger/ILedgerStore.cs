namespace PipelineTrigger.Core.Ledger;

/// <summary>
/// Where entries are kept: one per name, each with at most one owner at a time, among all processes and machines that share the place. Names are
/// <see cref="LedgerName"/>s. Failures are <see cref="PipelineException"/> LedgerUnavailable.
/// </summary>
internal interface ILedgerStore : IDisposable
{
    /// <summary>Where it is, for people; holds no secret.</summary>
    string Place { get; }

    /// <summary>Becomes the owner of a name; waits while another one lives.</summary>
    Task<ILedgerClaim> AcquireAsync(string name, IOperationObserver observer, CancellationToken cancellationToken);

    /// <summary>Whether a living owner has the name now.</summary>
    Task<bool> IsOwnedAsync(string name, CancellationToken cancellationToken);

    /// <summary>All entries that have changed since; a damaged one without its content.</summary>
    /// <param name="since">UTC by this machine's clock; null for all.</param>
    IAsyncEnumerable<StoredEntry> ListAsync(DateTime? since, CancellationToken cancellationToken);

    /// <summary>Adds lines to the journal of triggers without a key.</summary>
    Task AppendAsync(IReadOnlyList<LedgerEntry> lines, CancellationToken cancellationToken);

    /// <summary>The journal's pages that have changed since, oldest first; lines that cannot be read are left out.</summary>
    IAsyncEnumerable<JournalPage> ReadJournalAsync(DateTime? since, CancellationToken cancellationToken);

    /// <summary>Puts other lines in the place of a page's; without lines, takes the page away.</summary>
    Task RewriteAsync(JournalPage page, IReadOnlyList<LedgerEntry> lines, CancellationToken cancellationToken);
}

/// <summary>An entry in the store.</summary>
/// <param name="Content">Null for a damaged one.</param>
/// <param name="ChangedAt">UTC; when it was last written.</param>
internal sealed record StoredEntry(string Name, LedgerEntry? Content, DateTime ChangedAt);

/// <summary>A part of the journal, written by one process on one day.</summary>
internal sealed record JournalPage(string Name, IReadOnlyList<LedgerEntry> Lines);

/// <summary>The ownership of a name; given up by disposing it, and by the end of the process.</summary>
internal interface ILedgerClaim : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Whether there is an entry.</summary>
    bool Exists { get; }

    /// <summary>The entry; null where there is none, and where it is damaged.</summary>
    LedgerEntry? Content { get; }

    /// <summary>UTC. When the entry was last written before it was claimed; null where there was none.</summary>
    DateTime? ChangedAt { get; }

    /// <summary>Writes the entry: as a new one that nobody else may have made meanwhile, or in place of the one there is. It has reached the disk when this returns.</summary>
    /// <exception cref="PipelineException">LedgerUnavailable, <see cref="ClaimLost"/>.</exception>
    Task WriteAsync(LedgerEntry entry, CancellationToken cancellationToken);

    /// <summary>Takes the entry away.</summary>
    Task DeleteAsync(CancellationToken cancellationToken);

    /// <summary>Makes sure that nobody else has become the owner, as may happen to a machine that slept.</summary>
    /// <exception cref="ClaimLost">Somebody else may have.</exception>
    Task ConfirmAsync(CancellationToken cancellationToken);
}

/// <summary>The ownership of a name went to somebody else: whatever was to be done under it must not be done.</summary>
internal sealed class ClaimLost() : Exception("The ownership of the ledger's entry was lost.");
