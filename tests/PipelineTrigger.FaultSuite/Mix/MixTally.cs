using System.Text.RegularExpressions;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.FaultSuite.Emulation;
using PipelineTrigger.FaultSuite.Reports;

namespace PipelineTrigger.FaultSuite.Mix;

/// <summary>What a trigger came to: a run, or an error.</summary>
internal sealed record MixOutcome(int Number, PipelineRun? Run, Exception? Error)
{
    public bool IsUnknown => Error is PipelineException { ErrorId: PipelineErrorId.TriggerOutcomeUnknown };

    public bool IsAdopted => Run?.Details.TryGetValue(RunOrigin.Detail, out var origin) == true && origin == RunOrigin.Adopted;
}

/// <summary>Adds up what the callers were told, and holds it against what the vendor has.</summary>
internal sealed class MixTally(string vendor)
{
    private readonly Dictionary<string, int> draws = [];
    private readonly Dictionary<string, int> errors = [];
    private readonly Dictionary<string, int> reasons = [];
    private int triggers;
    private int calls;
    private int ids;
    private int adopted;
    private int unknown;
    private int untyped;
    private int runs;
    private int duplicates;
    private int untold;
    private int wrongIds;
    private int unknownWithRun;
    private int retriggered;
    private int refused;

    public async Task AddAsync(Site site, IReadOnlyList<MixOutcome> outcomes, MixObserver observer)
    {
        var made = await site.RunsAsync(vendor);
        calls += await site.CallsAsync(vendor, "trigger");
        foreach (var (card, hits) in await site.DrawsAsync())
        {
            draws[card] = draws.GetValueOrDefault(card) + hits;
        }

        triggers += outcomes.Count;
        ids += outcomes.Count(o => o.Run is not null);
        adopted += outcomes.Count(o => o.IsAdopted);
        unknown += outcomes.Count(o => o.IsUnknown);
        untyped += outcomes.Count(o => o.Error is not null and not PipelineException);
        runs += made.Count;
        retriggered += observer.Retriggered;
        refused += observer.Refused;
        foreach (var error in outcomes.Select(o => o.Error).OfType<PipelineException>())
        {
            errors[error.ErrorId] = errors.GetValueOrDefault(error.ErrorId) + 1;
            if (error.ErrorId == PipelineErrorId.TriggerOutcomeUnknown)
            {
                reasons[Reason(error.Message)] = reasons.GetValueOrDefault(Reason(error.Message)) + 1;
            }
        }

        Compare(outcomes, made.ToLookup(run => MixTrigger.ClassOf(vendor, run), run => run.GetProperty("id").GetString()!));
    }

    public void Report(Report report)
    {
        var cards = Deck.Triggers(vendor).ToLookup(c => c.Leaves);
        int Hits(Leaves leaves) => cards[leaves].Sum(c => draws.GetValueOrDefault(c.Name));
        var (withRun, without) = (Hits(Leaves.DoubtAndRun), Hits(Leaves.DoubtWithoutRun));

        report.Figure("triggers", triggers);
        report.Figure("calls that came in for them", calls);
        report.Figure("  with a fault that leaves a run, and doubt", withRun);
        report.Figure("  with a fault that leaves no run, and doubt", without);
        report.Figure("  with a fault that leaves certainty", Hits(Leaves.Certainty));
        report.Figure("calls that were refused", refused);
        report.Figure("runs at the vendor", runs);
        report.Promise("duplicates", 0, duplicates);
        report.Promise("runs that were not reported", 0, untold);
        report.Promise("ids that are of another trigger, or told twice", 0, wrongIds);
        report.Promise("outcomes that are neither an id nor a typed error", 0, untyped);
        report.Figure("ids", ids);
        foreach (var (id, count) in errors.OrderByDescending(e => e.Value))
        {
            report.Figure($"{id}", count);
        }

        if (vendor == PipelineVendor.Prophecy)
        {
            report.Promise("unknown outcomes that have a run: the faults after handling", withRun, unknownWithRun);
            report.Figure("unknown outcomes that have none: faults that look the same from here", unknown - unknownWithRun);
        }
        else
        {
            report.Figure("unknown outcomes looked into", adopted + retriggered + ProvenAbsent + unknown);
            report.Figure("  adopted", adopted);
            report.Figure("  proven absent, and triggered again", retriggered);
            report.Figure("  proven absent, and given up", ProvenAbsent);
            report.Figure("  left open", unknown);
            foreach (var (reason, count) in reasons.OrderByDescending(r => r.Value))
            {
                report.Figure($"    {reason}", count);
            }

            foreach (var card in Deck.Lists(vendor))
            {
                report.Figure($"  fault on a list: {card.Name}", draws.GetValueOrDefault(card.Name));
            }
        }

        foreach (var card in Deck.Triggers(vendor))
        {
            report.Figure($"fault: {card.Name}", draws.GetValueOrDefault(card.Name));
        }
    }

    // Three times lost and three times proven: an error that says that there is no run.
    private int ProvenAbsent { get; set; }

    private void Compare(IReadOnlyList<MixOutcome> outcomes, ILookup<string, string> made)
    {
        ProvenAbsent += outcomes.Count(o =>
            o.Error is PipelineException { ErrorId: PipelineErrorId.VendorUnavailable } e
            && e.Message.Contains("list of runs shows", StringComparison.Ordinal)
        );
        foreach (var alike in outcomes.GroupBy(o => MixTrigger.ClassOf(vendor, o.Number)))
        {
            var told = alike.Select(o => o.Run?.RunId).OfType<string>().ToList();
            var here = made[alike.Key].ToList();
            var open = alike.Count(o => o.IsUnknown);
            var left = here.Except(told, StringComparer.OrdinalIgnoreCase).Count();

            // A run is a trigger's own, or one that its caller was told may exist.
            duplicates += Math.Max(0, here.Count - alike.Count());
            untold += Math.Max(0, left - open);
            unknownWithRun += Math.Min(left, open);
            wrongIds += told.Count - told.Intersect(here, StringComparer.OrdinalIgnoreCase).Count();
        }
    }

    private static string Reason(string message)
    {
        var reason = message.Contains("The search did not find out: ", StringComparison.Ordinal)
            ? message.Split("The search did not find out: ")[1]
            : "not searched for";
        return Regex.Replace(Regex.Replace(reason, @" Key '.*| \(candidates.*|127\.0\.0\.1:\d+|\([^()]*\)", ""), @"\d+|one ", "n ").Trim();
    }
}
