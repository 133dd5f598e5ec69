using System.Diagnostics;
using PipelineTrigger.Benchmarks.Shells;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Vendors.Supaflow;
using PipelineTrigger.FaultSuite.Emulation;
using PipelineTrigger.FaultSuite.Processes;
using PipelineTrigger.FaultSuite.Reports;

namespace PipelineTrigger.FaultSuite.Kill;

/// <summary>
/// A PowerShell that works off a file of rows with keys is killed at random moments, and started again with the same
/// command.
/// </summary>
internal sealed class KillScenario(string vendor) : IScenario
{
    private const int Seed = 20260403;
    private const int Lanes = 3;

    // The vendor here carries nothing out later than this.
    private const int HorizonSec = 1;

    private static readonly TimeSpan Earliest = TimeSpan.FromSeconds(0.4);
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Globalization",
        "CA1308",
        Justification = "Names on the command line are lower-case."
    )]
    public string Name { get; } = $"kill-{vendor.ToLowerInvariant()}";

    public async Task<string?> MissingAsync(CancellationToken cancellationToken) =>
        await ShellInfo.FindAsync(cancellationToken) is null ? "there is no pwsh on PATH, and 'dotnet tool restore' brought none." : null;

    public async Task RunAsync(SuiteOptions options, Report report, CancellationToken cancellationToken)
    {
        var shell = (await ShellInfo.FindAsync(cancellationToken))!;
        var (nights, kills) = (options.Or(40, 1), options.Or(5, 3));
        var tally = new KillTally();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, nights),
            new ParallelOptions { MaxDegreeOfParallelism = Lanes, CancellationToken = cancellationToken },
            async (number, stop) => await RunNightAsync(shell, new Night(vendor, number), kills, tally, stop)
        );
        report.Figure("seed of the moments", $"{Seed}");
        tally.Report(report, isListed: vendor != PipelineVendor.Prophecy);
    }

    private async Task RunNightAsync(ShellInfo shell, Night night, int kills, KillTally tally, CancellationToken cancellationToken)
    {
        var random = new Random(Seed + night.Number);
        await using var site = await Site.StartAsync(TimeProvider.System, cancellationToken);
        await PrepareAsync(site, Seed + night.Number);
        await using var ledger = await new DirectoryLedgers().NewAsync(cancellationToken);
        var folder = Directory.CreateTempSubdirectory("PipelineTrigger-");
        var csv = Path.Combine(folder.FullName, "tonight.csv");
        await File.WriteAllTextAsync(csv, night.Csv(), cancellationToken);
        try
        {
            var latest = Latest;
            while (kills > 0)
            {
                using var victim = Start(shell, site, ledger.Place, csv);
                var moment = Earliest + (latest - Earliest) * random.NextDouble();
                var watch = Stopwatch.StartNew();
                while (watch.Elapsed < moment && !victim.HasExited)
                {
                    await Task.Delay(5, cancellationToken);
                }

                if (victim.HasExited)
                {
                    // Everything was done before its moment had come.
                    latest = watch.Elapsed;
                    tally.Ended();
                    continue;
                }

                await victim.KillAsync(cancellationToken);
                tally.Killed(await PhaseAsync(site, ledger.Place, victim.Id, cancellationToken));
                kills--;
            }

            using var last = Start(shell, site, ledger.Place, csv);
            await last.EndAsync(Limit, cancellationToken);
            tally.Add(night, await site.RunsAsync(vendor), last);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private Child Start(ShellInfo shell, Site site, string ledger, string csv) =>
        Child.Start(
            shell.Start(
                $"& {{ {ScriptFile.Read("night.ps1")} }} -Module {ShellInfo.Quote(ShellInfo.ModuleManifest)} -Vendor "
                    + $"{vendor} -BaseUri {site.BaseUri(vendor)} -Csv {ShellInfo.Quote(csv)} -HorizonSec {HorizonSec}"
            ),
            (LedgerChoice.Variable, ledger),
            ("FAULT_SUITE_TOKEN", "ak_fault-suite")
        );

    // Triggers take their time, before and after the run is made, so that many are killed in mid-flight.
    private async Task PrepareAsync(Site site, int seed)
    {
        await site.PutAsync("defaults", new { runningSeconds = 2 });
        foreach (var pipeline in Night.SupaflowPipelines)
        {
            await site.PutAsync($"supaflow/pipelines/{pipeline}", new { name = $"Pipeline {pipeline}" });
        }

        await site.PostAsync(
            "faults",
            new
            {
                vendor,
                operation = "trigger",
                kind = "delay",
                delaySeconds = 0.25,
                probability = 0.5,
                seed,
                count = -1,
            }
        );
        await site.PostAsync(
            "faults",
            new
            {
                vendor,
                operation = "trigger",
                kind = "delay",
                when = "after",
                delaySeconds = 0.25,
                count = -1,
            }
        );
    }

    private async Task<string> PhaseAsync(Site site, string ledger, int process, CancellationToken cancellationToken)
    {
        var runs = (await site.RunsAsync(vendor)).Count;
        using var store = LedgerChoice.Open(ledger);
        var (ours, isInFlight, isInDoubt, isDamaged) = (0, false, false, false);
        await foreach (var entry in store.ListAsync(null, cancellationToken))
        {
            isDamaged |= entry.Content is null;
            ours += entry.Content?.ProcessId == process ? 1 : 0;
            isInDoubt |= entry.Content is { State: LedgerState.Unknown };
            isInFlight |= entry.Content is { State: LedgerState.Intent } intent && intent.ProcessId == process;
        }

        return isDamaged ? "while an entry was written"
            : isInFlight ? "with triggers in flight"
            : isInDoubt ? "while it looked for what an earlier one had left in doubt"
            : runs >= Night.Rows ? "waiting"
            : ours == 0 ? "before its first trigger"
            : "between triggers";
    }
}
