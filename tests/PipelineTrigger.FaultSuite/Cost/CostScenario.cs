using System.Diagnostics;
using System.Globalization;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Vendors;
using PipelineTrigger.FaultSuite.Emulation;
using PipelineTrigger.FaultSuite.Mix;
using PipelineTrigger.FaultSuite.Reports;

namespace PipelineTrigger.FaultSuite.Cost;

/// <summary>What the ledger adds to a trigger: one without beside one with, in turns. Nothing is promised of it.</summary>
internal sealed class CostScenario(string name, ILedgerKind ledgers) : IScenario
{
    private const int WarmUp = 10;

    public string Name => name;

    public bool IsTimed => true;

    public Task<string?> MissingAsync(CancellationToken cancellationToken) => ledgers.MissingAsync(cancellationToken);

    public async Task RunAsync(SuiteOptions options, Report report, CancellationToken cancellationToken)
    {
        await using var site = await Site.StartAsync(TimeProvider.System, cancellationToken);
        await site.PutAsync("auth", Account.Settings);
        await using var ledger = await ledgers.NewAsync(cancellationToken);
        using var without = Account.Connect(PipelineVendor.Mage, site.BaseUri(PipelineVendor.Mage), TimeProvider.System);
        using var with = Account.Connect(
            PipelineVendor.Mage,
            site.BaseUri(PipelineVendor.Mage),
            TimeProvider.System,
            LedgerChoice.Open(ledger.Place)
        );
        Way[] ways =
        [
            new("without a ledger", without, HasKey: false, []),
            new("recorded, without a key", with, HasKey: false, []),
            new("with a key", with, HasKey: true, []),
        ];
        var rounds = options.Or(500, 30);
        for (var round = -WarmUp; round < rounds; round++)
        {
            for (var turn = 0; turn < ways.Length; turn++)
            {
                // The order within a round changes.
                var way = ways[(turn + round + WarmUp) % ways.Length];
                var time = await TriggerAsync(way, round, cancellationToken);
                if (round >= 0)
                {
                    way.Times.Add(time);
                }
            }
        }

        report.Figure("triggers of each kind, one after the other, in turns", rounds);
        foreach (var way in ways)
        {
            report.Figure($"a trigger {way.Name}, median", Milliseconds(way.Times));
        }

        foreach (var way in ways.Skip(1))
        {
            report.Figure(
                $"what it adds: {way.Name}, median of the pairs",
                Milliseconds([.. way.Times.Zip(ways[0].Times, (one, other) => one - other)])
            );
        }
    }

    private static async Task<double> TriggerAsync(Way way, int round, CancellationToken cancellationToken)
    {
        var trigger = VendorCatalog.Get(PipelineVendor.Mage).ParseTrigger(new(new Dictionary<string, object?> { ["TriggerId"] = 1 }));
        var terms = way.HasKey ? new IdempotencyOptions { Key = $"key {round}" } : IdempotencyOptions.Unkeyed;
        var began = Stopwatch.GetTimestamp();
        await way.Client.TriggerAsync(trigger, terms, new MixObserver(), cancellationToken);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static string Milliseconds(List<double> times) =>
        string.Create(CultureInfo.InvariantCulture, $"{times.Order().ElementAt(times.Count / 2):0.00} ms");

    private sealed record Way(string Name, ConnectionClient Client, bool HasKey, List<double> Times);
}
