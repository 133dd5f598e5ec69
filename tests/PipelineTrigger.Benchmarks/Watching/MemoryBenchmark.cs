using PipelineTrigger.Benchmarks.Emulation;
using PipelineTrigger.Benchmarks.Measures;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Benchmarks.Watching;

/// <summary>Managed memory of a watch: what a run costs, and whether it grows from poll to poll.</summary>
internal sealed class MemoryBenchmark : IBenchmark
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    public string Name => "memory";

    public async Task<IReadOnlyList<Measure>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var measures = new List<Measure>();
        foreach (var sample in VendorSample.All)
        {
            measures.AddRange(await RunAsync(bench, sample, cancellationToken));
        }

        return measures;
    }

    private static async Task<IReadOnlyList<Measure>> RunAsync(Bench bench, VendorSample sample, CancellationToken cancellationToken)
    {
        var count = bench.Or(10_000, 2000);
        var rounds = bench.Or(50, 10);
        using var tenant = bench.Emulator.NewTenant("memory");
        using var client = sample.Connect(tenant.BaseUri(sample.Name));
        var ids = await tenant.CreateRunsAsync(sample.Name, count, Waited.Endless, cancellationToken);

        // Code, connections and buffers are there before the first count is taken.
        var few = Waited.ById(sample.Name, ids.Take(100));
        using (var warmUp = new WatchMeter(tenant, client, Clock(client), [10]) { WithMemory = true })
        {
            await warmUp.RunAsync(few, 100, cancellationToken);
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var marks = await WatchAsync(tenant, client, ids, [2, 2 + rounds], cancellationToken);
        GC.KeepAlive(ids);
        await tenant.ResetAsync(cancellationToken);
        var bytes = (marks[0].Memory - before) / (double)count;
        var growth = (marks[1].Memory - marks[0].Memory) / (double)count;
        return
        [
            new Measure($"managed memory of a waited run, {sample.Name}, {count:N0} runs", bytes, "B").AtMost(2048),
            new Measure($"the same {rounds} poll rounds later", bytes + growth, "B").Against("before them", bytes).RatioAtMost(1.02),
        ];
    }

    // The runs have all properties that a read fills, and only the watch holds them.
    private static async Task<IReadOnlyList<WatchMark>> WatchAsync(
        Tenant tenant,
        ConnectionClient client,
        IReadOnlyList<string> ids,
        int[] marks,
        CancellationToken cancellationToken
    )
    {
        var runs = new PipelineRun[ids.Count];
        for (var i = 0; i < runs.Length; i++)
        {
            runs[i] = await client.ReadAsync(
                new PipelineRun { RunId = ids[i], Vendor = client.Vendor },
                new TallyObserver(),
                cancellationToken
            );
        }

        using var meter = new WatchMeter(tenant, client, Clock(client), marks) { WithMemory = true };
        return await meter.RunAsync(HandOver(runs), ids.Count, cancellationToken);
    }

    private static IEnumerable<PipelineRun> HandOver(PipelineRun[] runs)
    {
        for (var i = 0; i < runs.Length; i++)
        {
            yield return runs[i];
            runs[i] = null!;
        }
    }

    private static FastClock Clock(ConnectionClient client) => FastClock.ForRounds(client, Interval);
}
