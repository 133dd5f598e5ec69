using System.Collections.Concurrent;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Ledger;

namespace PipelineTrigger.Core.Runs;

/// <summary>Looks for runs in a vendor's list, and knows what the list is worth: nothing, before it has shown a run that surely is ours.</summary>
/// <param name="horizon">How long after a trigger was sent its run may still be created.</param>
internal sealed class RunSearch(IRunFinder finder, RunLedger? ledger, TimeProvider time, TimeSpan horizon)
{
    private readonly ConcurrentDictionary<string, KnownRun> known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, KnownRun?> remembered = new(StringComparer.Ordinal);
    private volatile KnownRun? latestKnown;
    private volatile bool isProven;

    /// <summary>Whether the list has shown a run that surely is ours.</summary>
    public bool IsProven => isProven;

    /// <summary>The vendor itself has told a run of ours.</summary>
    public void Triggered(TriggerSubject subject, string runId, DateTime sentAt) => known[subject.Name] = latestKnown = new(subject, runId, sentAt);

    /// <summary>When the run of a trigger can no longer be created.</summary>
    public DateTime EndOf(OpenTrigger trigger) => trigger.LastSentAt + horizon;

    /// <summary>Whether a list that was asked for at a moment would show the trigger's run, if there were one.</summary>
    public bool IsOver(OpenTrigger trigger, DateTime listedAt) => listedAt >= EndOf(trigger);

    /// <summary>The subject's runs since the first of the triggers, and when they were asked for.</summary>
    /// <param name="counts">Whether a run is told as one of ours must be.</param>
    public async Task<(RunListing Listing, DateTime ListedAt)> ListAsync(TriggerSubject subject, IReadOnlyList<OpenTrigger> triggers, Func<ListedRun, bool> counts, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var ours = isProven ? null : known.TryGetValue(subject.Name, out var latest) ? latest : await FromLedgerAsync(subject, cancellationToken).ConfigureAwait(false);
        var first = triggers.Min(t => t.FirstSentAt);
        var listedAt = time.UtcDateTime();
        var listing = await finder.ListRunsAsync(subject, ours is { } run && run.TriggeredAt < first ? run.TriggeredAt : first, observer, cancellationToken).ConfigureAwait(false);
        if (ours is not null && Shows(listing, ours, counts))
        {
            isProven = true;
        }
        else if (ours is null && !isProven)
        {
            await ProveElsewhereAsync(counts, observer, cancellationToken).ConfigureAwait(false);
        }

        return (listing, listedAt);
    }

    /// <summary>What it means that a trigger's run is not in a list.</summary>
    public Finding NotThere(RunListing listing, bool isOver) =>
        !isOver ? Finding.Open("its run is not in the vendor's list yet")
        : !listing.IsComplete ? Finding.Open("its run is not in the vendor's list, which was not complete")
        : !isProven ? Finding.Open("its run is not in the vendor's list, but the search has never found a run that is surely ours, so that proves nothing") with { LacksProof = true }
        : Finding.Absent;

    /// <summary>Whether a run may be of a trigger, by its time; one without a time may be anything's.</summary>
    public static bool IsSince(PipelineRun run, OpenTrigger trigger, RunListing listing) => run.CreatedAt is not { } created || created >= trigger.FirstSentAt + listing.Lead;

    // Of this subject no run is known that surely is ours: the same list of another subject will do.
    private async Task ProveElsewhereAsync(Func<ListedRun, bool> counts, IOperationObserver observer, CancellationToken cancellationToken)
    {
        if ((latestKnown ?? await FromLedgerAsync(null, cancellationToken).ConfigureAwait(false)) is { } ours
            && Shows(await finder.ListRunsAsync(ours.Subject, ours.TriggeredAt, observer, cancellationToken).ConfigureAwait(false), ours, counts))
        {
            isProven = true;
        }
    }

    private static bool Shows(RunListing listing, KnownRun ours, Func<ListedRun, bool> counts) =>
        listing.Runs.Any(r => counts(r) && string.Equals(r.Run.RunId, ours.RunId, StringComparison.OrdinalIgnoreCase) && r.Run.CreatedAt >= ours.TriggeredAt + listing.Lead);

    private async Task<KnownRun?> FromLedgerAsync(TriggerSubject? subject, CancellationToken cancellationToken)
    {
        if (ledger is null)
        {
            return null;
        }

        var name = subject?.Name ?? "";
        return remembered.TryGetValue(name, out var run) ? run
            : remembered[name] = await ledger.LatestAsync(subject, cancellationToken).ConfigureAwait(false) is { RunId: { } id, Subject: { } of } entry ? new(new(of, entry.Likeness), id, entry.ClaimedAt) : null;
    }

    private sealed record KnownRun(TriggerSubject Subject, string RunId, DateTime TriggeredAt);
}
