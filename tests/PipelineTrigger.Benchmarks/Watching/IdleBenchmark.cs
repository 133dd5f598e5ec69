using System.Diagnostics;
using PipelineTrigger.Benchmarks.Emulation;
using PipelineTrigger.Benchmarks.Measures;
using PipelineTrigger.Benchmarks.Shells;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Watching;

namespace PipelineTrigger.Benchmarks.Watching;

/// <summary>What a wait for many runs costs while nothing happens, at the vendors' own intervals and on the world's clock.</summary>
internal sealed class IdleBenchmark : IBenchmark
{
    private const int Count = 1000;

    public string Name => "idle";

    public async Task<IReadOnlyList<Measure>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var measures = new List<Measure>();
        foreach (var sample in VendorSample.All)
        {
            measures.AddRange(await RunAsync(bench, sample, cancellationToken));
        }

        return measures;
    }

    // This process and a PowerShell wait for the same minute: each counts its own processor time.
    private static async Task<IReadOnlyList<Measure>> RunAsync(Bench bench, VendorSample sample, CancellationToken cancellationToken)
    {
        var seconds = bench.Or(60, 15);
        using var tenant = bench.Emulator.NewTenant("idle");
        using var session = bench.Shell is { } shell ? await ShellSession.StartAsync(shell, cancellationToken) : null;
        if (session is not null)
        {
            await PrepareAsync(session, tenant, sample, cancellationToken);
        }

        using var client = sample.Connect(tenant.BaseUri(sample.Name));
        var runs = await Waited.EndlessAsync(tenant, sample.Name, Count, cancellationToken);
        using (var warmUp = new WatchMeter(tenant, client, FastClock.ForRounds(client, TimeSpan.FromMilliseconds(100)), [20]))
        {
            await warmUp.RunAsync(runs.Take(20), 20, cancellationToken);
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var watcher = new Watcher(OperationOptions.Create(), new TallyObserver(), TimeProvider.System, end.Token);
        var looks = 0L;
        var source = new ProbedSource(client, so =>
        {
            looks = so;
            return Task.CompletedTask;
        });
        var began = Stopwatch.GetTimestamp();
        var (core, cmdlet) = (Environment.CpuUsage.TotalTime, session?.ProcessorTime);
        var waiting = session?.RunAsync($"Wait-PipelineRun -RunId $ids -Connection {sample.Name}", cancellationToken);
        foreach (var run in runs)
        {
            watcher.Add(source, run);
        }

        await Task.Delay(TimeSpan.FromSeconds(seconds), cancellationToken);
        (core, cmdlet) = (Environment.CpuUsage.TotalTime - core, session?.ProcessorTime - cmdlet);
        var elapsed = Stopwatch.GetElapsedTime(began);
        await end.CancelAsync();
        await watcher.SettleAsync();
        if (waiting?.IsCompleted == true)
        {
            throw new InvalidOperationException($"Wait-PipelineRun did not wait: {await waiting}");
        }

        // Reads one by one are what Prophecy costs: a figure for each says more than one for the minute.
        var isSingle = client.Batches is null;
        Measure Row(string what, TimeSpan processor) =>
            isSingle
                ? new(
                    $"processor time a read while waiting for {Count:N0} runs, {what}, {sample.Name}",
                    processor.TotalMicroseconds / (looks + 1),
                    "µs"
                )
                {
                    Note = $"{looks + 1} reads in {seconds} s: {Share(processor, elapsed):0.0##} % of one core",
                }
                : new Measure(
                    $"processor time while waiting {seconds} s for {Count:N0} runs, {what}, {sample.Name}",
                    Share(processor, elapsed),
                    "% of one core"
                ).AtMost(1);

        return
        [
            Row("Core", core),
            cmdlet is { } spent
                ? Row("Wait-PipelineRun", spent)
                : Measure.NotMeasured("processor time while waiting, Wait-PipelineRun", Bench.NoShell),
        ];
    }

    private static double Share(TimeSpan processor, TimeSpan elapsed) => 100 * (processor / elapsed);

    private static async Task PrepareAsync(ShellSession session, Tenant tenant, VendorSample sample, CancellationToken cancellationToken)
    {
        await session.RunAsync(sample.ConnectScript(tenant.BaseUri(sample.Name)), cancellationToken);
        var ended = await tenant.CreateRunsAsync(sample.Name, 20, 0, cancellationToken);
        await session.RunAsync(
            $"$null = Wait-PipelineRun -RunId {string.Join(",", ended.Select(ShellInfo.Quote))} -Connection {sample.Name}",
            cancellationToken
        );
        var ids = await tenant.CreateRunsAsync(sample.Name, Count, Waited.Endless, cancellationToken);
        await session.RunAsync($"$ids = {string.Join(",", ids.Select(ShellInfo.Quote))}", cancellationToken);
    }
}
