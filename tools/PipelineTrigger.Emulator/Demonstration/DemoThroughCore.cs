using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Operations;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Vendors;

namespace PipelineTrigger.Emulator.Demonstration;

/// <summary>What docs/quickstart.ps1 shows, without a PowerShell.</summary>
internal static class DemoThroughCore
{
    /// <summary>0 if everything came out as it should.</summary>
    public static async Task<int> RunAsync(Uri tenant, CancellationToken cancellationToken)
    {
        using var prophecy = Connect(PipelineVendor.Prophecy, tenant, "demo-token");
        using var mage = Connect(PipelineVendor.Mage, tenant, null);
        using var supaflow = Connect(PipelineVendor.Supaflow, tenant, "ak_demo");
        var observer = new ConsoleObserver();
        var isAsExpected = true;

        Console.WriteLine("One run at each vendor, triggered and waited for:");
        var options = OperationOptions.Create(timeoutSec: 60, pollIntervalSec: 1) with { Wait = true };
        using (var operation = new RunOperation(options, observer, TimeProvider.System, cancellationToken))
        {
            await operation.TriggerAsync(
                prophecy,
                Request(PipelineVendor.Prophecy, ("FabricId", 33290), ("ProjectId", "41459"), ("PipelineName", "bakehouse")),
                IdempotencyOptions.Unkeyed,
                null
            );
            await operation.TriggerAsync(mage, Request(PipelineVendor.Mage, ("TriggerId", 3)), IdempotencyOptions.Unkeyed, null);
            await operation.TriggerAsync(
                supaflow,
                Request(PipelineVendor.Supaflow, ("PipelineId", "nightly_sales")),
                IdempotencyOptions.Unkeyed,
                null
            );
            await operation.CompleteAsync();
        }

        isAsExpected &= observer.Runs.Count(r => r.Succeeded) == 3 && observer.Errors.Count == 0;

        Console.WriteLine("One that fails, with its reason:");
        using (var operation = new RunOperation(options, observer, TimeProvider.System, cancellationToken))
        {
            var failing = new Dictionary<string, object?> { ["emulator_outcome"] = "failed", ["emulator_message"] = "division by zero" };
            await operation.TriggerAsync(
                mage,
                Request(PipelineVendor.Mage, ("TriggerId", 1), ("Variables", failing)),
                IdempotencyOptions.Unkeyed,
                null
            );
            await operation.CompleteAsync();
        }

        isAsExpected &= observer.Errors.Count == 1 && observer.Errors.All(e => e.ErrorId == PipelineErrorId.RunFailed);

        Console.WriteLine("One that is stopped:");
        var slow = new Dictionary<string, object?> { ["emulator_running"] = 600 };
        var run = await mage.TriggerAsync(
            Request(PipelineVendor.Mage, ("TriggerId", 2), ("Variables", slow)),
            IdempotencyOptions.Unkeyed,
            observer,
            cancellationToken
        );
        observer.Completed(await mage.StopAsync(run, observer, cancellationToken));
        return isAsExpected && observer.Runs[^1].Status == PipelineRunStatus.Cancelled ? 0 : 1;
    }

    private static ConnectionClient Connect(string vendor, Uri tenant, string? token)
    {
        var baseUri = new Uri($"{tenant.AbsoluteUri.TrimEnd('/')}/{vendor.ToLowerInvariant()}");
        return new(
            new PipelineConnection(vendor, vendor, baseUri),
            token is null ? null : new Credential(null, token),
            new ProxyChoice(),
            new SenderOptions()
        );
    }

    private static TriggerRequest Request(string vendor, params (string Field, object Value)[] fields) =>
        VendorCatalog.Get(vendor).ParseTrigger(new TriggerFields(fields.ToDictionary(f => f.Field, f => (object?)f.Value)));

    private sealed class ConsoleObserver : IOperationObserver
    {
        private readonly Lock gate = new();

        public List<PipelineRun> Runs { get; } = [];

        public List<PipelineException> Errors { get; } = [];

        public bool IsVerbose => false;

        public void Verbose(string message) { }

        public void Warning(string message) { }

        public void Completed(PipelineRun run)
        {
            lock (gate)
            {
                Runs.Add(run);
                Console.WriteLine($"  {run.Vendor, -9} {run.RunId, -46} {run.Status}");
            }
        }

        public void Failed(PipelineException error, object? target)
        {
            lock (gate)
            {
                Errors.Add(error);
                Console.WriteLine($"  {error.ErrorId}: {error.Message}");
            }
        }
    }
}
