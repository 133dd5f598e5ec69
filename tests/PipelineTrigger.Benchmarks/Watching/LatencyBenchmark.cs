using PipelineTrigger.Benchmarks.Emulation;
using PipelineTrigger.Benchmarks.Measures;
using PipelineTrigger.Benchmarks.Shells;
using PipelineTrigger.Core.Operations;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Benchmarks.Watching;

/// <summary>
/// How long after the end of the last run a wait returns: at the worst, whatever the moment within the interval at
/// which the run ends.
/// </summary>
internal sealed class LatencyBenchmark : IBenchmark
{
    private const int Count = 20;

    // By then every vendor's interval has grown to its longest.
    private const double GrownAfter = 8;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public string Name => "latency";

    public async Task<IReadOnlyList<Measure>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var trials = bench.Or(12, 4);
        var core = await Task.WhenAll(VendorSample.All.Select(sample => ThroughCoreAsync(bench, sample, trials, cancellationToken)));
        return bench.Shell is { } shell
            ?
            [
                .. core,
                .. await Task.WhenAll(
                    VendorSample.All.Select(sample => ThroughCmdletAsync(bench, shell, sample, bench.Or(8, 3), cancellationToken))
                ),
            ]
            : [.. core, Measure.NotMeasured("last run's end to Wait-PipelineRun's return", Bench.NoShell)];
    }

    private static Measure Row(string name, double[] delays) =>
        new Measure(name, delays.Max(), "s").Against("the poll interval", Interval.TotalSeconds).RatioAtMost(1.2) with
        {
            Rounds = delays,
            Note = $"the worst of {delays.Length} moments within the interval; the median is {Figure.Text(delays.Median(), "s")}",
        };

    // At the vendor's own pace, jitter included, on a clock that is faster.
    private static async Task<Measure> ThroughCoreAsync(Bench bench, VendorSample sample, int trials, CancellationToken cancellationToken)
    {
        using var tenant = bench.Emulator.NewTenant("latency");
        var delays = await Task.WhenAll(
            Enumerable
                .Range(0, trials)
                .Select(async trial =>
                {
                    using var client = sample.Connect(tenant.BaseUri(sample.Name));
                    var ids = await RunsAsync(tenant, sample, GrownAfter + (Interval.TotalSeconds * trial / trials), cancellationToken);
                    using var operation = new RunOperation(
                        OperationOptions.Create(),
                        new TallyObserver(),
                        FastClock.For(client, Interval),
                        cancellationToken
                    );
                    foreach (var run in Waited.ById(sample.Name, ids))
                    {
                        operation.Watch(client, run);
                    }

                    await operation.CompleteAsync();
                    var returned = DateTime.UtcNow;
                    return (returned - await tenant.EndOfAsync(sample.Name, ids[^1], cancellationToken)).TotalSeconds;
                })
        );
        return Row($"last run's end to the return, Core, {sample.Name}, its own pace", delays);
    }

    private static async Task<Measure> ThroughCmdletAsync(
        Bench bench,
        ShellInfo shell,
        VendorSample sample,
        int trials,
        CancellationToken cancellationToken
    )
    {
        using var tenant = bench.Emulator.NewTenant("latency");
        using var session = await ShellSession.StartAsync(shell, cancellationToken);
        await session.RunAsync(sample.ConnectScript(tenant.BaseUri(sample.Name)), cancellationToken);
        var delays = new List<double>();
        for (var trial = 0; trial <= trials; trial++)
        {
            var ids = await RunsAsync(tenant, sample, 1.5 + (Interval.TotalSeconds * trial / trials), cancellationToken);
            var returned = await session.RunAsync(
                $"$null = Wait-PipelineRun -RunId {string.Join(",", ids.Select(ShellInfo.Quote))} -Connection "
                    + $"{sample.Name} -PollIntervalSec {Interval.TotalSeconds} -WarningAction Ignore; [datetime]::UtcNow.Ticks",
                cancellationToken
            );
            delays.Add(
                (
                    new DateTime(returned.GetInt64(), DateTimeKind.Utc) - await tenant.EndOfAsync(sample.Name, ids[^1], cancellationToken)
                ).TotalSeconds
            );
        }

        // The first one only warms up.
        return Row($"last run's end to Wait-PipelineRun's return, {sample.Name}", [.. delays.Skip(1)]);
    }

    // All but one end at once.
    private static async Task<IReadOnlyList<string>> RunsAsync(
        Tenant tenant,
        VendorSample sample,
        double lastSeconds,
        CancellationToken cancellationToken
    ) =>
        [
            .. await tenant.CreateRunsAsync(sample.Name, Count - 1, 0.1, cancellationToken),
            .. await tenant.CreateRunsAsync(sample.Name, 1, lastSeconds, cancellationToken),
        ];
}
