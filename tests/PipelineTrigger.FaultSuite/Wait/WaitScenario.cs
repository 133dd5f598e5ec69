using PipelineTrigger.Benchmarks.Watching;
using PipelineTrigger.Core.Operations;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;
using PipelineTrigger.Core.Watching;
using PipelineTrigger.FaultSuite.Emulation;
using PipelineTrigger.FaultSuite.Reports;

namespace PipelineTrigger.FaultSuite.Wait;

/// <summary>
/// A long wait for many runs, while sign-ins end, the network is away, and the vendor restarts. The clock of
/// both sides goes fast.
/// </summary>
internal sealed class WaitScenario(string vendor) : IScenario
{
    private const int Runs = 1000;
    private const int Lengths = 20;

    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Restart = TimeSpan.FromSeconds(20);

    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Globalization",
        "CA1308",
        Justification = "Names on the command line are lower-case."
    )]
    public string Name { get; } = $"wait-{vendor.ToLowerInvariant()}";

    private string SignIn => vendor == PipelineVendor.Mage ? "session" : "bootstrap";

    public Task<string?> MissingAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public async Task RunAsync(SuiteOptions options, Report report, CancellationToken cancellationToken)
    {
        var clock = new FastClock(options.Or(30, 60));
        var longest = TimeSpan.FromMinutes(options.Or(60, 12));
        await using var site = await Site.StartAsync(clock, cancellationToken);
        await site.PutAsync("auth", Account.Settings);
        for (var i = 1; i <= Lengths; i++)
        {
            await site.PostAsync(
                $"runs/{vendor}/bulk".ToLowerInvariant(),
                new { count = Runs / Lengths, plan = new { runningSeconds = longest.TotalSeconds * i / Lengths } }
            );
        }

        var proxy = await site.PostAsync("proxies", new { mode = "pass" });
        using var client = Account.Connect(vendor, site.BaseUri(vendor, proxy.GetProperty("port").GetInt32()), clock);
        var observer = new WaitObserver();
        var began = clock.GetTimestamp();
        var events = DisturbAsync(site, $"proxies/{proxy.GetProperty("id")}", clock, longest, cancellationToken);
        using (var operation = new RunOperation(OperationOptions.Create(wait: true), observer, clock, cancellationToken))
        {
            foreach (var run in await site.RunsAsync(vendor))
            {
                operation.Watch(
                    client,
                    new PipelineRun
                    {
                        RunId = run.GetProperty("id").GetString()!,
                        Vendor = vendor,
                        Status = PipelineRunStatus.Running,
                    }
                );
            }

            await operation.CompleteAsync();
        }

        await events;
        report.Figure("the wait, by the clock of both sides", $"{clock.GetElapsedTime(began).TotalMinutes:0} min");
        report.Figure("sign-ins that ended: one of them during the outage", 3);
        report.Figure("outage", $"{Outage.TotalSeconds:0} s");
        report.Figure("restart: connection refused, then 503, each for", $"{Restart.TotalSeconds:0} s");
        report.Promise(
            "runs returned as succeeded",
            Runs,
            observer.Returned.Where(r => r.Succeeded).Select(r => r.RunId).Distinct().Count()
        );
        report.Promise("errors", 0, observer.Errors.Count);
        report.AtMost("sign-ins: the first, and one for each that ended", 1 + 3, await site.CallsAsync(vendor, SignIn));
        report.Figure("warnings", observer.Warnings);
    }

    private static async Task DisturbAsync(
        Site site,
        string proxy,
        TimeProvider clock,
        TimeSpan longest,
        CancellationToken cancellationToken
    )
    {
        var pause = longest / 8;
        await clock.WaitAsync(pause, cancellationToken);
        await site.PostAsync("expire", new { });

        await clock.WaitAsync(pause, cancellationToken);
        await site.PutAsync(proxy, new { mode = "refuse" });
        await clock.WaitAsync(Outage / 2, cancellationToken);
        await site.PostAsync("expire", new { });
        await clock.WaitAsync(Outage / 2, cancellationToken);
        await site.PutAsync(proxy, new { mode = "pass" });

        await clock.WaitAsync(pause, cancellationToken);
        await site.PutAsync(proxy, new { mode = "refuse" });
        await clock.WaitAsync(Restart, cancellationToken);
        await site.PostAsync("faults", new { status = 503, count = -1 });
        await site.PutAsync(proxy, new { mode = "pass" });
        await clock.WaitAsync(Restart, cancellationToken);
        await site.DeleteAsync("faults");

        await clock.WaitAsync(pause, cancellationToken);
        await site.PostAsync("expire", new { });
    }
}
