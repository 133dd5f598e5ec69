using System.Collections.Concurrent;
using PipelineTrigger.Benchmarks.Watching;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;
using PipelineTrigger.Core.Vendors.Mage;
using PipelineTrigger.Core.Vendors.Supaflow;
using PipelineTrigger.FaultSuite.Emulation;
using PipelineTrigger.FaultSuite.Reports;

namespace PipelineTrigger.FaultSuite.Mix;

/// <summary>
/// Many triggers at once, with a fault on one call in five. The clock of both sides goes fast; the sockets between them
/// are real.
/// </summary>
internal sealed class MixScenario(string vendor) : IScenario
{
    private const int Seed = 20260401;
    private const int AtOnce = 96;
    private const double Speed = 30;

    private const double FaultProbability = 0.2;
    private const double ListFaultProbability = 0.05;

    // One trigger in four is made with a key.
    private const int KeyEvery = 4;

    // By the fast clock: how often the server is down, and for how long.
    private static readonly TimeSpan RefuseEvery = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan RefuseFor = TimeSpan.FromSeconds(1);

    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Globalization",
        "CA1308",
        Justification = "Names on the command line are lower-case."
    )]
    public string Name { get; } = $"mix-{vendor.ToLowerInvariant()}";

    public Task<string?> MissingAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public async Task RunAsync(SuiteOptions options, Report report, CancellationToken cancellationToken)
    {
        var tally = new MixTally(vendor);
        for (var round = 0; round < options.Or(5, 1); round++)
        {
            await RunRoundAsync(options.Or(2000, 300), Seed + round, tally, cancellationToken);
        }

        report.Figure("seed", $"{Seed}");
        tally.Report(report);
    }

    private async Task RunRoundAsync(int count, int seed, MixTally tally, CancellationToken cancellationToken)
    {
        // From the past, so that no file is older than what was written into it.
        var clock = new FastClock(Speed, DateTimeOffset.UtcNow.AddDays(-1));
        var folder = Directory.CreateTempSubdirectory("PipelineTrigger-");
        await using var site = await Site.StartAsync(clock, cancellationToken);
        var proxy = await PrepareAsync(site, seed);
        using var client = Account.Connect(vendor, site.BaseUri(vendor, proxy.Port), clock, LedgerChoice.Open(folder.FullName));
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var refusing = RefuseNowAndThenAsync(site, proxy.Id, clock, done.Token);

        var observer = new MixObserver();
        var outcomes = new ConcurrentBag<MixOutcome>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (number, stop) => outcomes.Add(await TriggerAsync(client, number, observer, stop))
        );

        await done.CancelAsync();
        await refusing;

        // What is handled late, after callers have gone.
        await clock.WaitAsync(TimeSpan.FromSeconds(90), cancellationToken);
        await tally.AddAsync(site, [.. outcomes], observer);
        folder.Delete(recursive: true);
    }

    private async Task<MixOutcome> TriggerAsync(
        ConnectionClient client,
        int number,
        MixObserver observer,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var terms = number % KeyEvery == 0 ? new IdempotencyOptions { Key = $"key {number}" } : IdempotencyOptions.Unkeyed;
            return new(number, await client.TriggerAsync(MixTrigger.Of(vendor, number), terms, observer, cancellationToken), null);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new(number, null, e);
        }
    }

    private async Task<(int Id, int Port)> PrepareAsync(Site site, int seed)
    {
        await site.PutAsync("auth", Account.Settings);
        for (var i = 0; i < MixTrigger.Pipelines; i++)
        {
            await site.PutAsync(
                $"mage/triggers/{MixTrigger.MageTrigger(i)}",
                new { name = $"trigger {i}", pipelineUuid = $"pipeline_{i}" }
            );
            await site.PutAsync($"supaflow/pipelines/{MixTrigger.SupaflowPipeline(i)}", new { name = $"Pipeline {i}" });
        }

        await site.PostAsync(
            "faults",
            new
            {
                vendor,
                operation = "trigger",
                count = -1,
                seed,
                probability = FaultProbability,
                cards = Deck.Triggers(vendor).Select(c => c.ToSpec()),
            }
        );
        if (vendor != PipelineVendor.Prophecy)
        {
            await site.PostAsync(
                "faults",
                new
                {
                    vendor,
                    operation = "list",
                    count = -1,
                    seed,
                    probability = ListFaultProbability,
                    cards = Deck.Lists(vendor).Select(c => c.ToSpec()),
                }
            );
        }

        var proxy = await site.PostAsync("proxies", new { mode = "pass" });
        return (proxy.GetProperty("id").GetInt32(), proxy.GetProperty("port").GetInt32());
    }

    private static async Task RefuseNowAndThenAsync(Site site, int proxy, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await site.PutAsync($"proxies/{proxy}", new { mode = "refuse", keepsOpen = true });
                await clock.WaitAsync(RefuseFor, cancellationToken);
                await site.PutAsync($"proxies/{proxy}", new { mode = "pass" });
                await clock.WaitAsync(RefuseEvery, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            await site.PutAsync($"proxies/{proxy}", new { mode = "pass" });
        }
    }
}
