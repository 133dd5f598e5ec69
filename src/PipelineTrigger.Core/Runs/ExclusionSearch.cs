using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Ledger;

namespace PipelineTrigger.Core.Runs;

/// <summary>
/// Looks for the run of a lost trigger where runs do not tell their triggers apart. A run is adopted only if it is the one run of the same user that nobody
/// claims and that the trigger can have made, and if no other lost trigger can have made it.
/// </summary>
internal sealed class ExclusionSearch(RunSearch search, RunLedger? ledger, SubjectTraffic traffic, IOperationObserver observer)
{
    private const int CandidatesShown = 5;

    /// <summary>One look, while nobody else in this process triggers the same, and nobody with this ledger looks for it.</summary>
    /// <param name="adopt">Done with a run that was found, before anybody else may find it.</param>
    public async Task<Finding> LookAsync(OpenTrigger trigger, DateTime now, Func<PipelineRun, Task> adopt, CancellationToken cancellationToken)
    {
        await traffic.BeginExclusiveAsync(cancellationToken).ConfigureAwait(false);
        var turn = default(ILedgerClaim);
        try
        {
            turn = ledger is null ? null : await ledger.ClaimSubjectAsync(trigger.Subject!, observer, cancellationToken).ConfigureAwait(false);
            var finding = await LookAloneAsync(trigger, adopt, cancellationToken).ConfigureAwait(false);
            if (finding.Run is not null || finding.IsAbsent)
            {
                // Before the next one looks.
                traffic.Close(trigger, finding.Run?.RunId, now);
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

    private async Task<Finding> LookAloneAsync(OpenTrigger trigger, Func<PipelineRun, Task> adopt, CancellationToken cancellationToken)
    {
        var subject = trigger.Subject!;
        var isOver = search.Left(trigger) <= TimeSpan.Zero;
        var since = search.CreatedOf(trigger).From;

        // The list first: whoever made a run that it shows has told the ledger before.
        var listing = await search.ListAsync(subject, since, static r => r.MayBeOurs, observer, cancellationToken).ConfigureAwait(false);
        var elsewhere = ledger is null
            ? RunsElsewhere.None
            : await ledger.ReadSubjectAsync(subject, traffic.Entries, trigger.Id, cancellationToken).ConfigureAwait(false);
        var candidates = listing.Runs
            .Where(r => r.MayBeOurs && MayBeOf(trigger, r.Run) && !traffic.IsAnothers(r.Run.RunId, trigger) && !elsewhere.RunIds.Contains(r.Run.RunId))
            .Select(r => r.Run)
            .ToList();
        if (candidates.Count == 0)
        {
            return search.NotThere(listing, isOver);
        }

        if (!search.IsProven)
        {
            return Finding.Open($"the search has not yet found a run that is surely ours, so what it finds proves nothing{Shown(candidates)}");
        }

        var others = traffic.Open.Concat(traffic.GivenUp).Concat(elsewhere.InDoubt.Select(e => Of(e, trigger.Request)))
            .Where(t => t.Id != trigger.Id && (t.Subject?.User ?? subject.User) == subject.User)
            .Where(t => candidates.Any(run => MayBeOf(t, run)))
            .Select(t => t.Id)
            .Distinct(StringComparer.Ordinal)
            .Count();
        return candidates is [var only] && others == 0 && listing.IsComplete
            ? await Finding.OfAsync(only, adopt).ConfigureAwait(false)
            : Finding.Open(
                $"{Count(candidates.Count, "run")} of this user may be its own, and {Count(others + 1, "trigger")} lost the answer, so it cannot be told whose is whose{Shown(candidates)}");
    }

    // A run without a time may be anything's.
    private bool MayBeOf(OpenTrigger trigger, PipelineRun run) => run.CreatedAt is not { } created || search.CreatedOf(trigger).Contains(created);

    private static OpenTrigger Of(LedgerEntry entry, TriggerRequest alike) => new(alike, entry.TriggerId ?? "") { Subject = new(entry.Subject!, entry.User), Sent = RunSearch.SentOf(entry) };

    private static string Count(int count, string what) => count == 1 ? $"one {what}" : $"{count} {what}s";

    private static string Shown(List<PipelineRun> candidates) =>
        $" (candidates: {string.Join(", ", candidates.Take(CandidatesShown).Select(r => $"{r.RunId} of {r.CreatedAt:yyyy-MM-dd HH:mm:ss}Z"))}{(candidates.Count > CandidatesShown ? ", …" : "")})";
}
