using PipelineTrigger.Benchmarks.Emulation;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Operations;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Benchmarks.Triggering;

/// <summary>Triggers through the client core, as the cmdlet does.</summary>
internal static class CoreLoop
{
    public static async Task<LoopCost> RunAsync(
        ConnectionClient client,
        VendorSample sample,
        int count,
        int inFlight,
        CancellationToken cancellationToken
    )
    {
        var observer = new TallyObserver();
        var meter = LoopMeter.Start();
        using (
            var operation = new RunOperation(
                OperationOptions.Create(throttleLimit: inFlight),
                observer,
                TimeProvider.System,
                cancellationToken
            )
        )
        {
            for (var i = 0; i < count; i++)
            {
                await operation.TriggerAsync(client, sample.Trigger(), IdempotencyOptions.Unkeyed, null);
            }

            await operation.CompleteAsync();
        }

        var cost = meter.Stop(count);
        observer.Demand(count);
        return cost;
    }

    /// <summary>The trigger's request, and the same as the bare loop sends it: proven equal on the wire.</summary>
    public static async Task<CapturedRequest> CaptureAsync(
        VendorSample sample,
        Tenant tenant,
        BareLoop bare,
        CancellationToken cancellationToken
    )
    {
        var baseUri = tenant.BaseUri(sample.Name);
        using var tap = new WireTap(baseUri);
        using var client = sample.Connect(new Uri(tap.Address, baseUri.AbsolutePath));
        await client.TriggerAsync(sample.Trigger(), IdempotencyOptions.Unkeyed, new TallyObserver(), cancellationToken);
        var ours = tap.Last();
        await bare.SendAsync(tap.Address, ours, cancellationToken);
        return tap.Last().SameAs(ours)
            ? ours
            : throw new InvalidOperationException($"The bare loop does not send the bytes that the core sends to {sample.Name}.");
    }
}
