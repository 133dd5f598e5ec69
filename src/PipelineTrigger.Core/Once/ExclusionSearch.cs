using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Once;

/// <summary>
/// Searches for the run of a lost trigger where runs do not name their triggers. A run is adopted only if it is the only run of the same
/// user that belongs to no other trigger and that the trigger can have created, and if no other lost trigger can have created it.
/// </summary>
internal sealed class ExclusionSearch(RunSearch search, RunLedger? ledger, SubjectGate gate)
{
    private const int CandidatesShown = 5;

    /// <summary>
    /// One look, while nothing else in this process triggers the same subject, and no one with this ledger searches for its runs.
    /// </summary>
    /// <param name="now">UTC by this machine's clock.</param>
    public async Task<SearchResult> LookAsync(PendingTrigger trigger, DateTime now, CancellationToken cancellationToken)
    {
        await gate.BeginExclusiveAsync(cancellationToken).ConfigureAwait(false);
        var turn = default(ILedgerClaim);
        try
        {
            turn = ledger is null
                ? null
                : await ledger.ClaimSubjectAsync(trigger.Subject!, trigger.Observer, cancellationToken).ConfigureAwait(false);
            var result = await LookAloneAsync(trigger, cancellationToken).ConfigureAwait(false);
            if (result.Run is not null || result.IsAbsent)
            {
                // Before the next one looks.
                gate.Close(trigger, result.Run?.RunId, now);
            }

            return result;
        }
        finally
        {
            if (turn is not null)
            {
                await turn.DisposeAsync().ConfigureAwait(false);
            }

            gate.EndExclusive();
        }
    }

    private async Task<SearchResult> LookAloneAsync(PendingTrigger trigger, CancellationToken cancellationToken)
    {
        var subject = trigger.Subject!;
        var isOver = search.Left(trigger) <= TimeSpan.Zero;
        var since = search.CreatedOf(trigger.Sent).From;

        // The list first: a process that created a run in it has recorded that in the ledger before.
        var listing = await search
            .ListAsync(subject, since, static r => r.MayBeOurs, trigger.Observer, cancellationToken)
            .ConfigureAwait(false);
        var elsewhere = ledger is null
            ? RunsElsewhere.None
            : await ledger.ReadSubjectAsync(subject, gate.Entries, trigger.CorrelationId, cancellationToken).ConfigureAwait(false);
        var candidates = listing
            .Runs.Where(r => r.MayBeOurs && MayBeOf(trigger.Sent, r.Run))
            .Where(r => !gate.IsAnothers(r.Run.RunId, trigger) && !elsewhere.RunIds.Contains(r.Run.RunId))
            .Select(r => r.Run)
            .ToList();
        if (candidates.Count == 0)
        {
            return search.NotThere(listing, isOver);
        }

        if (!search.IsProven)
        {
            return SearchResult.Open(
                $"the search has not yet found a run that is certainly ours, so a run that it finds proves nothing{Shown(candidates)}"
            );
        }

        var others = gate
            .Lost.Concat(elsewhere.InDoubt.Select(LostTrigger.Of))
            .Where(t => t.CorrelationId != trigger.CorrelationId && (t.User ?? subject.User) == subject.User)
            .Where(t => candidates.Any(run => MayBeOf(t.Sent, run)))
            .Select(t => t.CorrelationId)
            .Distinct(StringComparer.Ordinal)
            .Count();
        return candidates is [var only] && others == 0 && listing.IsComplete
            ? await SearchResult.AdoptedAsync(trigger, only).ConfigureAwait(false)
            : SearchResult.Open(
                $"{Count(candidates.Count, "run")} of this user may belong to it, and {Count(others + 1, "trigger")} lost the answer, "
                    + $"so it is unknown which run belongs to which trigger{Shown(candidates)}"
            );
    }

    // A run without a time may belong to any trigger.
    private bool MayBeOf(VendorSpan sent, PipelineRun run) => run.CreatedAt is not { } created || search.CreatedOf(sent).Contains(created);

    private static string Count(int count, string what) => count == 1 ? $"one {what}" : $"{count} {what}s";

    private static string Shown(List<PipelineRun> candidates)
    {
        var shown = candidates.Take(CandidatesShown).Select(r => $"{r.RunId} of {r.CreatedAt:yyyy-MM-dd HH:mm:ss}Z");
        return $" (candidates: {string.Join(", ", shown)}{(candidates.Count > CandidatesShown ? ", …" : "")})";
    }
}
