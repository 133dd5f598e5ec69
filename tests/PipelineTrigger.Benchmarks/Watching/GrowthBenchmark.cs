using PipelineTrigger.Benchmarks.Emulation;
using PipelineTrigger.Benchmarks.Measures;

namespace PipelineTrigger.Benchmarks.Watching;

/// <summary>How the client's processor time and its requests grow with the number of waited runs.</summary>
internal sealed class GrowthBenchmark : IBenchmark
{
    private static readonly int[] Sizes = [10, 100, 1000, 10_000];

    public string Name => "growth";

    public async Task<IReadOnlyList<Measure>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var costs = VendorSample.All.ToDictionary(
            sample => sample,
            _ => Sizes.ToDictionary(size => size, _ => new List<(double Processor, double Requests)>())
        );
        for (var repeat = 0; repeat <= bench.Or(5, 1); repeat++)
        {
            foreach (var sample in VendorSample.All)
            {
                foreach (var size in Sizes)
                {
                    var cost = await RoundAsync(bench, sample, size, cancellationToken);

                    // The first repetition only warms up.
                    if (repeat > 0)
                    {
                        costs[sample][size].Add(cost);
                    }
                }
            }
        }

        foreach (var (sample, sizes) in costs)
        {
            bench.Growth.Add(
                new(
                    "client processor time a round, ms",
                    sample.Name,
                    [.. Sizes.Select(size => new GrowthPoint(size, sizes[size].Select(c => c.Processor).Median()))]
                )
            );
            bench.Growth.Add(
                new(
                    "requests a round",
                    sample.Name,
                    [.. Sizes.Select(size => new GrowthPoint(size, sizes[size].Select(c => c.Requests).Median()))]
                )
            );
        }

        return [.. bench.Growth.Select(Row)];
    }

    private static Measure Row(GrowthSeries series)
    {
        var points = series.Points.Select(p => (p.Runs, p.Cost)).ToList();
        return new Measure($"growth of {series.Cost.Split(',')[0]}, {series.Vendor}, slope", PowerLaw.Slope(points), "")
            .Against("linear", 1)
            .AtMost(1.05) with
        {
            Note =
                $"{string.Join("; ", points.Select(p => $"{p.Runs:N0} runs: {Figure.Text(p.Cost, "")}"))}. The last step "
                + $"alone, where what a round costs whatever its size no longer counts, has the slope "
                + $"{PowerLaw.Slope(points[^2..]):0.00}",
        };
    }

    private static async Task<(double Processor, double Requests)> RoundAsync(
        Bench bench,
        VendorSample sample,
        int size,
        CancellationToken cancellationToken
    )
    {
        using var tenant = bench.Emulator.NewTenant("growth");
        using var client = sample.Connect(tenant.BaseUri(sample.Name));
        var runs = await Waited.EndlessAsync(tenant, sample.Name, size, cancellationToken);

        // Small rounds are too short to be measured one by one.
        var (interval, rounds) = size switch
        {
            <= 100 => (TimeSpan.FromMilliseconds(50), bench.Or(60, 20)),
            <= 1000 => (TimeSpan.FromMilliseconds(400), bench.Or(12, 4)),
            _ => (TimeSpan.FromMilliseconds(2000), bench.Or(4, 1)),
        };
        using var meter = new WatchMeter(tenant, client, FastClock.ForRounds(client, interval), [2, 2 + rounds]);
        var marks = await meter.RunAsync(runs, size, cancellationToken);
        await tenant.ResetAsync(cancellationToken);
        var measured = (marks[1].Looks - marks[0].Looks) / (double)size;
        return (
            (marks[1].ProcessorBefore - marks[0].ProcessorAfter).TotalMilliseconds / measured,
            (marks[1].Counts - marks[0].Counts).All / measured
        );
    }
}
