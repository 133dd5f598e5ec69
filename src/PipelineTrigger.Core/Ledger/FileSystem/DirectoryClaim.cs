using PipelineTrigger.Core.Files;

namespace PipelineTrigger.Core.Ledger.FileSystem;

/// <summary>
/// The ownership of a name in a directory: an open lock file, and the entry as its owner last saw it. A lock may be lost, so both are
/// checked again before anything is replaced or deleted.
/// </summary>
internal sealed class DirectoryClaim : ILedgerClaim
{
    private readonly string file;
    private readonly string owner = Guid.NewGuid().ToString("N");
    private readonly LedgerLock held;
    private readonly LedgerFolder folder;
    private readonly DirectoryLedgerStore ledger;
    private byte[]? current;
    private byte[]? attempted;
    private bool isRetired;

    public DirectoryClaim(string name, LedgerLock held, LedgerFolder folder, DirectoryLedgerStore ledger)
    {
        Name = name;
        file = folder.EntryFile(name);
        this.held = held;
        this.folder = folder;
        this.ledger = ledger;
        current = AtomicFile.Read(file);
        Found = current is null ? null : EntryText.Read(current);
        Content = Found?.Entry;
        ChangedAt = current is null ? null : File.GetLastWriteTimeUtc(file);
    }

    public string Name { get; }

    public bool Exists => current is not null;

    public LedgerEntry? Content { get; private set; }

    public EntryText? Found { get; }

    public DateTime? ChangedAt { get; }

    public Task WriteAsync(LedgerEntry entry, CancellationToken cancellationToken) =>
        DoAsync(async () =>
        {
            var (written, replaced) = (entry.By(owner, Content), Content);
            var bytes = written.ToBytes();
            CheckOurs();
            var isMoved = replaced is null || replaced.Subject != written.Subject;
            if (isMoved)
            {
                folder.Subjects.Add(written.Subject, Name);
            }

            attempted = bytes;
            if (Exists)
            {
                await ledger.ReplaceAsync(file, bytes, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                Create(bytes);
            }

            (current, Content) = (bytes, written);
            if (isMoved && replaced is not null)
            {
                folder.Subjects.Remove(replaced.Subject, Name);
            }
        });

    public Task DeleteAsync(CancellationToken cancellationToken) =>
        DoAsync(() =>
        {
            CheckOurs();
            File.Delete(file);
            folder.Subjects.Remove(Content?.Subject, Name);
            (current, attempted, Content) = (null, null, null);
            return Task.CompletedTask;
        });

    public async Task RetireAsync(CancellationToken cancellationToken)
    {
        await DeleteAsync(cancellationToken).ConfigureAwait(false);
        isRetired = true;
    }

    public Task ConfirmAsync(CancellationToken cancellationToken) =>
        DoAsync(() =>
        {
            CheckOurs();
            held.Flush();
            return Task.CompletedTask;
        });

    public ValueTask DisposeAsync()
    {
        if (isRetired)
        {
            held.Remove();
        }

        held.Dispose();
        return default;
    }

    // A failed write may have left the new content.
    private void CheckOurs()
    {
        if (!held.IsInPlace())
        {
            throw new ClaimLost();
        }

        var found = AtomicFile.Read(file);
        if (Same(found, current))
        {
            return;
        }

        current = attempted is not null && Same(found, attempted) ? attempted : throw new ClaimLost();
    }

    private void Create(byte[] bytes)
    {
        try
        {
            AtomicFile.Create(file, bytes);
        }
        catch (IOException) when (File.Exists(file))
        {
            throw new ClaimLost();
        }
    }

    private static bool Same(byte[]? one, byte[]? other) =>
        one is null ? other is null : other is not null && one.AsSpan().SequenceEqual(other);

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
