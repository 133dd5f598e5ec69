using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Once;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Tests.Ledger.Azurite;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Tests.Ledger;

/// <summary>A key that goes to another process while its trigger is on its way.</summary>
public sealed class TakeOverTests(AzuriteProcess azurite)
{
    private readonly RecordingObserver told = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, InlineData(true), InlineData(false)]
    public async Task The_run_that_was_created_is_returned_all_the_same(bool inDirectory)
    {
        var run = await TriggerAsync(inDirectory, () => Task.FromResult(new PipelineRun { RunId = "4711", Vendor = "mage" }));

        Assert.Equal("4711", run.RunId);
        Assert.Contains(told.Warnings, w => w.Contains("(run 4711) could not be written to the ledger"));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task What_the_vendor_refused_is_told_all_the_same_and_the_other_s_entry_is_not_freed(bool inDirectory)
    {
        var error = await Assert.ThrowsAsync<PipelineException>(() =>
            TriggerAsync(inDirectory, () => throw new PipelineException(PipelineErrorId.TriggerRejected, "No."))
        );

        Assert.Equal(PipelineErrorId.TriggerRejected, error.ErrorId);
        Assert.Contains(told.Warnings, w => w.Contains("could not be freed"));
    }

    private Task<PipelineRun> TriggerAsync(bool inDirectory, Func<Task<PipelineRun>> answer) =>
        inDirectory ? TriggerInDirectoryAsync(answer) : TriggerInContainerAsync(answer);

    private async Task<PipelineRun> TriggerInDirectoryAsync(Func<Task<PipelineRun>> answer)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"ledger-{Guid.NewGuid():N}");
        try
        {
            using var ledger = new RunLedger(
                LedgerStores.Directory(folder),
                "mage",
                "https://mage.example.com",
                "mage",
                TimeProvider.System
            );
            var file = Path.Combine(folder, "keys", LedgerName.OfKey("mage", "https://mage.example.com", null, "nightly") + ".json");
            try
            {
                return await TriggerAsync(ledger, async () =>
                {
                    File.WriteAllBytes(file, Theirs.ToBytes());
                    return await answer();
                });
            }
            finally
            {
                Assert.Equal(Theirs, LedgerEntry.Parse(File.ReadAllBytes(file)));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<PipelineRun> TriggerInContainerAsync(Func<Task<PipelineRun>> answer)
    {
        var container = await azurite.NewContainerAsync();
        using var ledger = new RunLedger(container.Open(), "mage", "https://mage.example.com", "mage", TimeProvider.System);
        return await TriggerAsync(ledger, async () =>
        {
            var name = LedgerName.OfKey("mage", "https://mage.example.com", null, "nightly");
            await container.BreakLeaseAsync($"locks/{name}");
            await container.PutAsync($"keys/{name}.json", Theirs.ToBytes());
            return await answer();
        });
    }

    private static LedgerEntry Theirs =>
        new()
        {
            State = LedgerState.Settled,
            RunId = "8",
            Vendor = "mage",
        };

    private Task<PipelineRun> TriggerAsync(RunLedger ledger, Func<Task<PipelineRun>> trigger) =>
        new TriggerOnce(new ScriptedVendor(trigger), null, ledger, TimeProvider.System, sendsIds: false).TriggerAsync(
            Sample.Parse(PipelineVendor.Mage, Sample.Fields(PipelineVendor.Mage)),
            new IdempotencyOptions { Key = "nightly" },
            told,
            Cancel
        );

    private sealed class ScriptedVendor(Func<Task<PipelineRun>> trigger) : IVendorClient
    {
        public PollPace Pace => throw new NotSupportedException();

        public Task<PipelineRun> TriggerAsync(
            TriggerRequest request,
            TriggerAttempt attempt,
            IOperationObserver observer,
            CancellationToken cancellationToken
        ) => trigger();

        public Task<PipelineRun> ReadAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<PipelineRun> CancelAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public IAsyncEnumerable<PipelineDefinition> ListAsync(IOperationObserver observer, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<ConnectionProof> TestAsync(IOperationObserver observer, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public void Dispose() { }
    }
}
