using System.Diagnostics;
using PipelineTrigger.Benchmarks.Emulation;
using PipelineTrigger.Benchmarks.Measures;

namespace PipelineTrigger.Benchmarks.Watching;

/// <summary>Requests a poll round, in the steady state, as the emulator counts them.</summary>
internal sealed class RequestBenchmark : IBenchmark
{
    private const int Count = 10_000;
    private const int Ended = 100;
    private const int MostPerSecond = 10;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public string Name => "requests";

    public async Task<IReadOnlyList<Measure>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var supaflow = await RoundsAsync(bench, PipelineVendor.Supaflow, EndlessAsync, cancellationToken);
        var mage = await RoundsAsync(bench, PipelineVendor.Mage, EndlessAsync, cancellationToken);
        var newer = await RoundsAsync(bench, PipelineVendor.Mage, BelowForeignAsync, cancellationToken);
        var between = await RoundsAsync(bench, PipelineVendor.Mage, BetweenForeignAsync, cancellationToken);
        return
        [
            Row($"requests a round, Supaflow, {Count:N0} runs", supaflow).AtMost((Count / 100) + 2),
            Row($"requests a round, Mage, {Count:N0} runs, no foreign ones", mage).AtMost((Count / 1000) + 2),
            Row($"requests a round, Mage, with {Count:N0} newer foreign runs", newer) with
            {
                Note = Adds(newer, mage),
            },
            Row($"requests a round, Mage, with {Count:N0} foreign runs in between", between) with
            {
                Note = Adds(between, mage),
            },
            await EndedAsync(bench, cancellationToken),
            await ProphecyAsync(bench, cancellationToken),
        ];
    }

    private static Measure Row(string name, double requests) => new Measure(name, requests, "").Against("one a run", Count);

    private static string Adds(double with, double without) =>
        $"{with - without:0.#} more than without them: {(with - without) / (Count / 1000):0.##} for each thousand";

    private static async Task<double> RoundsAsync(
        Bench bench,
        string vendor,
        Func<Tenant, string, CancellationToken, Task<IReadOnlyList<PipelineRun>>> create,
        CancellationToken cancellationToken
    )
    {
        using var tenant = bench.Emulator.NewTenant("requests");
        using var client = VendorSample.Of(vendor).Connect(tenant.BaseUri(vendor));
        var runs = await create(tenant, vendor, cancellationToken);
        var rounds = bench.Or(6, 2);
        using var meter = new WatchMeter(tenant, client, FastClock.For(client, Interval), [4, 4 + rounds]);
        var marks = await meter.RunAsync(runs, Count, cancellationToken);
        await tenant.ResetAsync(cancellationToken);
        return (marks[1].Counts - marks[0].Counts).All / ((double)(marks[1].Looks - marks[0].Looks) / Count);
    }

    // What is more than the pages' requests, once some runs have ended.
    private static async Task<Measure> EndedAsync(Bench bench, CancellationToken cancellationToken)
    {
        using var tenant = bench.Emulator.NewTenant("requests");
        using var client = VendorSample.Of(PipelineVendor.Mage).Connect(tenant.BaseUri(PipelineVendor.Mage));
        var runs = await EndlessAsync(tenant, PipelineVendor.Mage, cancellationToken);
        using var meter = new WatchMeter(tenant, client, FastClock.For(client, Interval), [2, 4])
        {
            AtMark = mark =>
                mark == 0
                    ? Task.WhenAll(runs.Take(Ended).Select(run => tenant.EndAsync(PipelineVendor.Mage, run.RunId, cancellationToken)))
                    : Task.CompletedTask,
        };
        var marks = await meter.RunAsync(runs, Count, cancellationToken);
        return new Measure("single reads, Mage, a run that ended", (marks[1].Counts - marks[0].Counts).Status / (double)Ended, "").AtMost(
            1
        );
    }

    private static async Task<Measure> ProphecyAsync(Bench bench, CancellationToken cancellationToken)
    {
        const string vendor = PipelineVendor.Prophecy;
        var seconds = bench.Or(40, 10);
        using var tenant = bench.Emulator.NewTenant("requests");
        using var client = VendorSample.Of(vendor).Connect(tenant.BaseUri(vendor));
        var runs = await EndlessAsync(tenant, vendor, cancellationToken);
        var looks = seconds * MostPerSecond;
        long began = 0;
        using var meter = new WatchMeter(tenant, client, TimeProvider.System, [1, 2])
        {
            AtMark = mark =>
            {
                began = mark == 0 ? Stopwatch.GetTimestamp() : began;
                return Task.CompletedTask;
            },
        };

        // Not a whole round: that would take a quarter of an hour.
        var marks = await meter.RunAsync(runs, looks, cancellationToken);
        var elapsed = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var arrivals = await tenant.ArrivalsAsync(cancellationToken);
        var peak = arrivals.Max(from => arrivals.Count(at => at >= from && at < from.AddSeconds(1)));
        return new Measure($"requests a second, Prophecy, {Count:N0} runs", (marks[1].Counts - marks[0].Counts).All / elapsed, "/s").AtMost(
            MostPerSecond
        ) with
        {
            Note = $"over {seconds} s; the most that arrived within any one second were {peak}",
        };
    }

    private static Task<IReadOnlyList<PipelineRun>> EndlessAsync(Tenant tenant, string vendor, CancellationToken cancellationToken) =>
        Waited.EndlessAsync(tenant, vendor, Count, cancellationToken);

    private static async Task<IReadOnlyList<PipelineRun>> BelowForeignAsync(
        Tenant tenant,
        string vendor,
        CancellationToken cancellationToken
    )
    {
        var runs = await EndlessAsync(tenant, vendor, cancellationToken);
        await tenant.CreateRunsAsync(vendor, Count, Waited.Endless, cancellationToken);
        return runs;
    }

    private static async Task<IReadOnlyList<PipelineRun>> BetweenForeignAsync(
        Tenant tenant,
        string vendor,
        CancellationToken cancellationToken
    )
    {
        var all = await tenant.CreateRunsAsync(vendor, 2 * Count, Waited.Endless, cancellationToken);
        return [.. Waited.ById(vendor, all.Where((_, place) => place % 2 == 0))];
    }
}
