using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Tests.Ledger.Azurite;

namespace PipelineTrigger.Core.Tests.Ledger.Blob;

public sealed class BlobLedgerStoreContract(AzuriteProcess azurite) : LedgerContract
{
    private AzuriteContainer? container;

    public override async ValueTask InitializeAsync() => container = await azurite.NewContainerAsync();

    public override ValueTask DisposeAsync() => default;

    private protected override ILedgerStore Open() => container!.Open();

    private protected override Task PutAsync(string name, byte[] content) => container!.PutAsync($"keys/{name}.json", content);

    // With what tells of its subject.
    private protected override Task ReplaceUnseenAsync(string name, byte[] content) =>
        container!.PutAsync($"keys/{name}.json", content, LedgerName.OfIndex("other"));

    private protected override async Task<IReadOnlyList<string>> NamesAsync()
    {
        var listed = await container!.ListAsync();
        return [.. listed.Select(blob => Path.GetFileNameWithoutExtension(blob)).Distinct()];
    }

    // All that is left of a killed process is its lease, and that ends by itself.
    private protected override async Task<Func<Task>> OwnElsewhereAsync(string name)
    {
        await container!.LeaseAsync($"locks/{name}");
        return static () => Task.CompletedTask;
    }
}
