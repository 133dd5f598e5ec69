using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Tests.Ledger.Azurite;

namespace PipelineTrigger.Core.Tests.Ledger;

/// <summary>A key that goes to another process while its trigger is on its way.</summary>
public sealed class TakeOverTests(AzuriteProcess azurite)
{
    private readonly RecordingObserver told = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_run_that_was_created_is_returned_all_the_same()
    {
        var run = await TriggerAsync(() => Task.FromResult(new PipelineRun { RunId = "4711", Vendor = "mage" }));

        Assert.Equal("4711", run.RunId);
        Assert.Contains(told.Warnings, w => w.Contains("(run 4711) could not be written to the ledger"));
    }

    [Fact]
    public async Task What_the_vendor_refused_is_told_all_the_same()
    {
        var error = await Assert.ThrowsAsync<PipelineException>(() => TriggerAsync(() => throw new PipelineException(PipelineErrorId.TriggerRejected, "No.")));

        Assert.Equal(PipelineErrorId.TriggerRejected, error.ErrorId);
        Assert.Contains(told.Warnings, w => w.Contains("could not be freed"));
    }

    private async Task<PipelineRun> TriggerAsync(Func<Task<PipelineRun>> answer)
    {
        var container = await azurite.NewContainerAsync();
        using var ledger = new RunLedger(container.Open(), "mage", "https://mage.example.com", "mage", TimeProvider.System);
        var vendor = new ScriptedVendor(async () =>
        {
            var name = LedgerName.OfKey("mage", "https://mage.example.com", null, "nightly");
            await container.BreakLeaseAsync($"locks/{name}");
            await container.PutAsync($"keys/{name}.json", new LedgerEntry { State = LedgerState.Unknown, Vendor = "mage" }.ToBytes());
            return await answer();
        });
        return await new SureTrigger(vendor, null, ledger, TimeProvider.System, sendsIds: false)
            .TriggerAsync(Sample.Parse(PipelineVendor.Mage, Sample.Fields(PipelineVendor.Mage)), new TriggerTerms { Key = "nightly" }, told, Cancel);
    }

    private sealed class ScriptedVendor(Func<Task<PipelineRun>> trigger) : IVendorClient
    {
        public PollPace Pace => throw new NotSupportedException();

        public Task<PipelineRun> TriggerAsync(TriggerRequest request, TriggerAttempt attempt, IOperationObserver observer, CancellationToken cancellationToken) => trigger();

        public Task<PipelineRun> ReadAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<PipelineRun> CancelAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<PipelineDefinition> ListAsync(IOperationObserver observer, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ConnectionProof> TestAsync(IOperationObserver observer, CancellationToken cancellationToken) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
