using PipelineTrigger.Benchmarks.Emulation;
using PipelineTrigger.Benchmarks.Measures;
using PipelineTrigger.Benchmarks.Shells;
using PipelineTrigger.Benchmarks.Triggering;

namespace PipelineTrigger.Benchmarks.Cmdlets;

/// <summary>Triggers a second through the cmdlet, against the core and against what else one would write.</summary>
internal sealed class CmdletBenchmark : IBenchmark
{
    private const int InFlight = TriggerBenchmark.InFlight;

    public string Name => "cmdlet";

    public async Task<IReadOnlyList<Measure>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        if (bench.Shell is null)
        {
            return [Measure.NotMeasured("triggers through Invoke-PipelineRun", Bench.NoShell)];
        }

        var measures = new List<Measure>();
        foreach (var sample in VendorSample.All)
        {
            measures.AddRange(await RunAsync(bench, bench.Shell, sample, cancellationToken));
        }

        return measures;
    }

    private static async Task<IReadOnlyList<Measure>> RunAsync(
        Bench bench,
        ShellInfo shell,
        VendorSample sample,
        CancellationToken cancellationToken
    )
    {
        var count = bench.Or(2000, 400);
        using var tenant = bench.Emulator.NewTenant("cmdlet");
        var baseUri = tenant.BaseUri(sample.Name);
        using var client = sample.Connect(baseUri);
        using var bare = new BareLoop();
        var request = await CoreLoop.CaptureAsync(sample, tenant, bare, cancellationToken);
        using var session = await ShellSession.StartAsync(shell, cancellationToken);
        await session.RunAsync(
            $"{sample.ConnectScript(baseUri)}; $rows = @(1..{count} | ForEach-Object {{ [pscustomobject]{sample.Row} }})",
            cancellationToken
        );
        await session.RunAsync(ByRequest(request, new Uri(baseUri, request.Target)), cancellationToken);

        // The slow ones get fewer runs; rates are compared.
        var warmUp = bench.Or(3, 1);
        var (cmdlet, core, parallel, curl) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < warmUp + bench.Or(7, 2); round++)
        {
            cmdlet.Add(await RateAsync(session, "$rows | Invoke-PipelineRun -ThrottleLimit 32", count, cancellationToken));
            core.Add((await CoreLoop.RunAsync(client, sample, count, InFlight, cancellationToken)).Rate);
            parallel.Add(
                await RateAsync(
                    session,
                    "$rows | Select-Object -First $count | ForEach-Object -ThrottleLimit 32 -Parallel $byRequest",
                    bench.Or(400, 64),
                    cancellationToken
                )
            );
            curl.Add(await CurlLoop.RateAsync(new Uri(baseUri, request.Target), request, bench.Or(40, 5), cancellationToken) ?? double.NaN);
        }

        await tenant.ResetAsync(cancellationToken);
        var name = $"triggers through Invoke-PipelineRun, {sample.Name}";
        Measure Against(string comparedWith, List<double> compared, double reach) =>
            Measure.Of(name, "/s", cmdlet[warmUp..], comparedWith, compared[warmUp..]).RatioAtLeast(reach);
        return
        [
            Against("Core", core, 0.5),
            Against("ForEach-Object -Parallel { Invoke-RestMethod }", parallel, 10),
            double.IsNaN(curl[0])
                ? Measure.NotMeasured($"{name}, against a curl loop", "no curl")
                : Against("curl, one after the other", curl, 20),
        ];
    }

    private static async Task<double> RateAsync(ShellSession session, string triggers, int count, CancellationToken cancellationToken)
    {
        var seconds = await session.RunAsync(
            $"$count = {count}; $watch = [System.Diagnostics.Stopwatch]::StartNew(); $runs = @({triggers}); $watch.Stop(); "
                + $"if ($runs.Count -ne $count) {{ throw \"$($runs.Count) of $count came back\" }}; $watch.Elapsed.TotalSeconds",
            cancellationToken
        );
        return count / seconds.GetDouble();
    }

    // What a script without a module would do: the same request, by hand.
    private static string ByRequest(CapturedRequest request, Uri uri)
    {
        var headers = string.Join(
            "; ",
            request
                .OwnHeaders.Where(h => h.Key is not ("User-Agent" or "Accept" or "Accept-Encoding"))
                .Select(h => $"{ShellInfo.Quote(h.Key)} = {ShellInfo.Quote(h.Value)}")
        );
        var body = ShellInfo.Quote(System.Text.Encoding.UTF8.GetString(request.Body));
        return $"$byRequest = {{ Invoke-RestMethod -Method Post -Uri {ShellInfo.Quote(uri.AbsoluteUri)} -Headers @{{ "
            + $"{headers} }} -Body {body} -ContentType 'application/json' }}";
    }
}
