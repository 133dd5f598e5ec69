using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Ledger;

namespace PipelineTrigger.Core.Runs;

/// <summary>Looks for the run of a lost trigger where runs do not tell their triggers apart: it is the one that is of no other trigger.</summary>
internal sealed class ExclusionSearch(RunSearch search, RunLedger? ledger, SubjectTraffic traffic, TimeProvider time, IOperationObserver observer)
{
    private const int CandidatesShown = 5;

    // How much earlier than what is looked for a trigger in doubt may have been sent, for its run to be taken for the other's.
    private static readonly TimeSpan Entanglement = TimeSpan.FromHours(6);

    // The most that clocks are thought to differ.
    private static readonly TimeSpan ClockMargin = TimeSpan.FromMinutes(10);

    /// <summary>One look, while nobody else triggers the same or looks for it.</summary>
    /// <param name="adopt">Done with a run that was found, before anybody else may find it.</param>
    public async Task<Finding> LookAsync(OpenTrigger trigger, Func<PipelineRun, Task> adopt, CancellationToken cancellationToken)
    {
        await traffic.BeginExclusiveAsync(cancellationToken).ConfigureAwait(false);
        var turn = default(ILedgerClaim);
        try
        {
            turn = await TakeTurnAsync(trigger, cancellationToken).ConfigureAwait(false);
            var finding = await LookAloneAsync(trigger, turn is null ? null : ledger, adopt, cancellationToken).ConfigureAwait(false);
            if (finding.Run is not null || finding.IsAbsent)
            {
                // Before the next one looks.
                traffic.Close(trigger, finding.Run?.RunId, time.UtcDateTime());
            }

            return finding;
        }
        finally
        {
            if (turn is not null)
            {
                await turn.DisposeAsync().ConfigureAwait(false);
            }

            traffic.EndExclusive();
        }
    }

    // A trigger without a key does not depend on the ledger: without it, the search knows less, and is no worse than with none.
    private async Task<ILedgerClaim?> TakeTurnAsync(OpenTrigger trigger, CancellationToken cancellationToken)
    {
        try
        {
            return ledger is null ? null : await ledger.ClaimSubjectAsync(trigger.Subject!, observer, cancellationToken).ConfigureAwait(false);
        }
        catch (PipelineException e) when (e.ErrorId == PipelineErrorId.LedgerUnavailable && trigger.LedgerName is null)
        {
            return null;
        }
    }

    // Nobody else triggers or looks for a run of this pipeline meanwhile: not in this process, nor with this ledger.
    private async Task<Finding> LookAloneAsync(OpenTrigger trigger, RunLedger? ledger, Func<PipelineRun, Task> adopt, CancellationToken cancellationToken)
    {
        var subject = trigger.Subject!;
        var lost = traffic.Open;
        var doubtful = traffic.GivenUp;
        var elsewhere = ledger is null ? RunsElsewhere.None : await ledger.ReadSubjectAsync(subject, lost.Min(t => t.FirstSentAt) - Entanglement, traffic.Entries, cancellationToken).ConfigureAwait(false);
        if (elsewhere.IsInFlight)
        {
            return Finding.Open("another process is triggering the same pipeline at this moment") with { WorthUntil = DateTime.MaxValue };
        }

        var ids = new HashSet<string>(lost.Concat(doubtful).Select(t => t.Id), StringComparer.Ordinal);
        var all = Entangled(lost, [.. doubtful, .. elsewhere.InDoubt.Where(e => !ids.Contains(e.TriggerId ?? "")).Select(e => Of(e, trigger.Request))]);
        var (listing, listedAt) = await search.ListAsync(subject, all, static r => r.MayBeOurs, observer, cancellationToken).ConfigureAwait(false);
        if (!search.IsProven)
        {
            return Finding.Open($"the search has not yet found a run that is surely ours, so what it finds proves nothing{Shown([.. listing.Runs.Where(r => r.MayBeOurs).Select(r => r.Run)])}") with { LacksProof = true };
        }

        var candidates = listing.Runs
            .Where(r => r.MayBeOurs && !traffic.IsClaimed(r.Run.RunId) && !elsewhere.RunIds.Contains(r.Run.RunId) && all.Any(t => RunSearch.IsSince(r.Run, t, listing)))
            .Select(r => r.Run)
            .OrderBy(r => r.CreatedAt).ThenBy(r => r.RunId, StringComparer.Ordinal)
            .ToList();
        return await DecideAsync(trigger, all, candidates, listing, listedAt, adopt).ConfigureAwait(false);
    }

    // With those in doubt whose runs may lie among the ones that are looked at, and in turn those whose runs may be taken for theirs.
    private List<OpenTrigger> Entangled(IReadOnlyList<OpenTrigger> lost, List<OpenTrigger> doubtful)
    {
        List<OpenTrigger> all = [.. lost];
        for (var count = 0; count < all.Count;)
        {
            count = all.Count;
            var since = all.Min(t => t.FirstSentAt) - ClockMargin;
            all.AddRange(doubtful.Where(t => search.EndOf(t) >= since));
            doubtful.RemoveAll(t => search.EndOf(t) >= since);
        }

        return all;
    }

    private async Task<Finding> DecideAsync(OpenTrigger trigger, IReadOnlyList<OpenTrigger> all, List<PipelineRun> candidates, RunListing listing, DateTime listedAt, Func<PipelineRun, Task> adopt)
    {
        if (candidates.Count == 0)
        {
            return search.NotThere(listing, search.IsOver(trigger, listedAt));
        }

        var inOrder = all.OrderBy(t => t.FirstSentAt).ThenBy(t => t.Id, StringComparer.Ordinal).ToList();
        var areAlike = all.All(t => t.Subject?.Likeness == trigger.Subject!.Likeness);
        var fit = candidates.Count <= inOrder.Count && candidates.Zip(inOrder, (run, t) => RunSearch.IsSince(run, t, listing)).All(static is_ => is_);
        if (!areAlike || !fit || (candidates.Count < inOrder.Count && !(all.All(t => search.IsOver(t, listedAt)) && listing.IsComplete)))
        {
            return Finding.Open($"{Count(inOrder.Count, "trigger")} of this pipeline {(inOrder.Count == 1 ? "has" : "have")} lost the answer and {Count(candidates.Count, "run")} {(candidates.Count == 1 ? "is" : "are")} nobody's{(areAlike ? "" : ", and they did not all ask for the same")}, so whose is whose cannot be told{Shown(candidates)}") with { WorthUntil = areAlike && fit ? all.Max(search.EndOf) : null };
        }

        // Of triggers that asked for the same, it makes no difference which run is whose; past the horizon, nor which of them had none.
        var place = inOrder.IndexOf(trigger);
        return place < candidates.Count ? await Finding.OfAsync(candidates[place], adopt).ConfigureAwait(false) : Finding.Absent;
    }

    private static OpenTrigger Of(LedgerEntry entry, TriggerRequest alike) => new(alike, entry.TriggerId ?? "")
    {
        Subject = new(entry.Subject!, entry.Likeness),
        FirstSentAt = entry.ClaimedAt,
        LastSentAt = entry.CheckedAt + TriggerAttempt.TrustedFor,
    };

    private static string Count(int count, string what) => count == 1 ? $"one {what}" : $"{count} {what}s";

    private static string Shown(List<PipelineRun> candidates) => candidates.Count == 0 ? "" :
        $" (candidates: {string.Join(", ", candidates.Take(CandidatesShown).Select(r => $"{r.RunId} of {r.CreatedAt:yyyy-MM-dd HH:mm:ss}Z"))}{(candidates.Count > CandidatesShown ? ", …" : "")})";
}
