using PipelineTrigger.Benchmarks.Shells;
using PipelineTrigger.FaultSuite.Emulation;
using PipelineTrigger.FaultSuite.Processes;
using PipelineTrigger.FaultSuite.Reports;

namespace PipelineTrigger.FaultSuite.Race;

/// <summary>
/// Many processes at once with the same keys on one ledger; one of them may be stopped in mid-claim, and woken much
/// later.
/// </summary>
internal sealed class RaceScenario(string name, ILedgerKind ledgers, bool stopsOne = false, bool inPowerShell = false) : IScenario
{
    // Longer than one is stopped: between the last look at its key and the sending, nothing can keep a process from being stopped.
    private const int HorizonMargin = 10;

    private const int Seed = 20260402;
    private const int StopAt = 5;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public string Name => name;

    public async Task<string?> MissingAsync(CancellationToken cancellationToken) =>
        inPowerShell && await ShellInfo.FindAsync(cancellationToken) is null
            ? "there is no pwsh on PATH, and 'dotnet tool restore' brought none."
        : stopsOne && Signals.Missing is { } signals ? signals
        : await ledgers.MissingAsync(cancellationToken);

    public async Task RunAsync(SuiteOptions options, Report report, CancellationToken cancellationToken)
    {
        var (processes, keys) = (options.Or(8, inPowerShell ? 2 : 3), options.Or(200, 40));
        var sleep = options.Or(60, 8);
        var horizon = sleep + HorizonMargin;
        await using var site = await Site.StartAsync(TimeProvider.System, cancellationToken);
        await using var ledger = await ledgers.NewAsync(cancellationToken);
        var folder = Directory.CreateTempSubdirectory("PipelineTrigger-");
        var csv = Path.Combine(folder.FullName, "rows.csv");
        await File.WriteAllTextAsync(csv, RaceRow.Csv(keys), cancellationToken);
        var shell = inPowerShell ? await ShellInfo.FindAsync(cancellationToken) : null;

        Child Start(int number) =>
            Child.Start(
                shell is not null
                    ? shell.Start(
                        $"& {{ {ScriptFile.Read("race.ps1")} }} -Module {ShellInfo.Quote(ShellInfo.ModuleManifest)} "
                            + $"-BaseUri {site.BaseUri(PipelineVendor.Mage)} -Csv {ShellInfo.Quote(csv)} -HorizonSec {horizon}"
                    )
                    : Child.Again(
                        RaceWorker.Arguments(
                            site.BaseUri(PipelineVendor.Mage),
                            keys,
                            Seed + number,
                            stopsOne && number == 0 ? StopAt : 0,
                            horizon
                        )
                    ),
                (LedgerChoice.Variable, ledger.Place)
            );

        var children = new List<Child>();
        try
        {
            if (stopsOne)
            {
                // It is ahead of the others: in a race, they might leave it too few keys to be stopped at.
                children.Add(Start(0));
                await UntilStoppedAsync(children[0], cancellationToken);
            }

            children.AddRange(Enumerable.Range(children.Count, processes - children.Count).Select(Start));
            if (stopsOne)
            {
                await Task.Delay(TimeSpan.FromSeconds(sleep), cancellationToken);
                Signals.Wake(children[0].Id);
                report.Figure("one stopped in mid-claim and woken after", $"{sleep} s");
            }

            await Task.WhenAll(children.Select(c => c.EndAsync(Limit, cancellationToken)));
            var runs = await site.RunsAsync(PipelineVendor.Mage);
            var told = children.SelectMany(c => c.Told).ToList();
            report.Figure("processes", processes);
            report.Figure("keys, the same in each", keys);
            report.Promise("triggers", keys, runs.Count);
            report.Promise("keys that were triggered more than once", 0, runs.GroupBy(RaceRow.KeyOf).Count(g => g.Count() > 1));
            report.Promise("answers: each process, each key", processes * keys, told.Count);
            report.Promise(
                "keys for which all were told the same run",
                keys,
                told.GroupBy(t => t.Key).Count(g => g.Select(t => t.RunId).Distinct().Count() == 1)
            );
            foreach (var failed in children.SelectMany(c => c.Failed).Take(3))
            {
                report.Figure($"error: {failed.ErrorId}", failed.Message);
            }
        }
        finally
        {
            children.ForEach(c => c.Dispose());
            folder.Delete(recursive: true);
        }
    }

    private static async Task UntilStoppedAsync(Child child, CancellationToken cancellationToken)
    {
        while (!Signals.IsStopped(child.Id))
        {
            if (child.HasExited)
            {
                throw new InvalidOperationException($"The process that was to be stopped has ended. It said:\n{child.Output}");
            }

            await Task.Delay(20, cancellationToken);
        }
    }
}
