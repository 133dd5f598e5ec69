namespace PipelineTrigger.Core.Ledger;

/// <summary>The ownership of a name in a directory: an open lock file.</summary>
internal sealed class DirectoryClaim : ILedgerClaim
{
    private readonly string file;
    private readonly FileStream held;
    private readonly DirectoryLedger ledger;
    private byte[]? written;

    public DirectoryClaim(string name, string file, FileStream held, DirectoryLedger ledger)
    {
        Name = name;
        this.file = file;
        this.held = held;
        this.ledger = ledger;
        written = LedgerFile.Read(file);
        Content = written is null ? null : LedgerEntry.Parse(written);
        ChangedAt = written is null ? null : File.GetLastWriteTimeUtc(file);
    }

    public string Name { get; }

    public bool Exists => written is not null;

    public LedgerEntry? Content { get; private set; }

    public DateTime? ChangedAt { get; }

    public Task WriteAsync(LedgerEntry entry, CancellationToken cancellationToken) => DoAsync(async () =>
    {
        var bytes = entry.ToBytes();
        if (Exists)
        {
            await ledger.ReplaceAsync(file, bytes, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            LedgerFile.Create(file, bytes);
        }

        (written, Content) = (bytes, entry);
    });

    public Task DeleteAsync(CancellationToken cancellationToken) => DoAsync(() =>
    {
        File.Delete(file);
        (written, Content) = (null, null);
        return Task.CompletedTask;
    });

    // A share may have taken the lock away while the machine slept; then somebody else may have written, or be about to.
    public Task ConfirmAsync(CancellationToken cancellationToken) => DoAsync(() =>
    {
        held.SetLength(1);
        held.Flush(flushToDisk: true);
        held.SetLength(0);
        return LedgerFile.Read(file).AsSpan().SequenceEqual(written) ? Task.CompletedTask : throw new ClaimLost();
    });

    public ValueTask DisposeAsync()
    {
        held.Dispose();
        return default;
    }

    private async Task DoAsync(Func<Task> action)
    {
        try
        {
            await action().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ledger.Unavailable(e);
        }
    }
}
