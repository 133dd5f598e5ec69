using PipelineTrigger.Benchmarks.Emulation;
using PipelineTrigger.Benchmarks.Measures;

namespace PipelineTrigger.Benchmarks.Triggering;

/// <summary>Triggers a second through the core, against the limit.</summary>
internal sealed class TriggerBenchmark : IBenchmark
{
    public const int InFlight = 32;

    public string Name => "triggers";

    public async Task<IReadOnlyList<Measure>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var measures = new List<Measure>();
        foreach (var sample in VendorSample.All)
        {
            measures.Add(await RunAsync(bench, sample, cancellationToken));
        }

        return measures;
    }

    private static async Task<Measure> RunAsync(Bench bench, VendorSample sample, CancellationToken cancellationToken)
    {
        var count = bench.Or(2000, 400);
        using var tenant = bench.Emulator.NewTenant("triggers");
        using var client = sample.Connect(tenant.BaseUri(sample.Name));
        using var bare = new BareLoop();
        var request = await CoreLoop.CaptureAsync(sample, tenant, bare, cancellationToken);

        // The first pairs only warm up: connections, sign-in, the look-up of Mage's trigger, and the just-in-time compiler, which
        // is at it for a while.
        var warmUp = bench.Or(8, 4);
        var (core, limit) = (new List<LoopCost>(), new List<LoopCost>());
        for (var round = 0; round < warmUp + bench.Or(21, 5); round++)
        {
            core.Add(await CoreLoop.RunAsync(client, sample, count, InFlight, cancellationToken));
            limit.Add(await bare.RunAsync(tenant.BaseUri(sample.Name), request, count, InFlight, cancellationToken));
        }

        await tenant.ResetAsync(cancellationToken);
        core.RemoveRange(0, warmUp);
        limit.RemoveRange(0, warmUp);
        return Measure
            .Of(
                $"triggers through Core, {sample.Name}",
                "/s",
                [.. core.Select(c => c.Rate)],
                "bare HttpClient",
                [.. limit.Select(c => c.Rate)]
            )
            .RatioAtLeast(0.85) with
        {
            Note =
                $"the client's processor time is {core.Select(c => c.Processor).Median():0} µs a trigger, the bare loop's "
                + $"{limit.Select(c => c.Processor).Median():0} µs",
        };
    }
}
