using System.Collections.Concurrent;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Once;

/// <summary>
/// Searches for runs in a vendor's list. A run's absence proves nothing until the list has shown a run that is certainly ours.
/// </summary>
/// <param name="horizon">How long after a trigger was sent its run may still be created.</param>
internal sealed class RunSearch(IRunFinder finder, RunLedger? ledger, VendorClock clock, TimeProvider time, TimeSpan horizon)
{
    // The vendor's web server and its database may have different clocks.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    // If no answer had a date, this machine's clock is used, which is hardly further off.
    private static readonly TimeSpan Undated = TimeSpan.FromMinutes(10);

    // If only another machine's clock is known.
    private static readonly TimeSpan ForeignClock = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<string, KnownRun> known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, KnownRun?> remembered = new(StringComparer.Ordinal);
    private volatile KnownRun? latestKnown;
    private volatile bool isProven;

    /// <summary>Whether the list has shown a run that is certainly ours.</summary>
    public bool IsProven => isProven;

    /// <summary>Now, by the vendor's clock, not before and not after.</summary>
    public VendorSpan Now() => clock.Now() ?? new(time.UtcDateTime() - Undated, time.UtcDateTime() + Undated);

    /// <summary>The vendor has returned a run of ours.</summary>
    public void Triggered(TriggerSubject subject, string runId, VendorSpan sent) =>
        known[subject.Name] = latestKnown = new(subject, runId, sent.From - Margin);

    /// <summary>When an entry's trigger was sent, by the vendor's clock.</summary>
    public static VendorSpan SentOf(LedgerEntry entry) =>
        entry is { SentFrom: { } from, SentUntil: { } until }
            ? new(from, until)
            : new(entry.ClaimedAt - ForeignClock, entry.CheckedAt + ForeignClock);

    /// <summary>How long ago an entry's trigger was last sent, at least.</summary>
    public TimeSpan PassedSince(LedgerEntry? entry) =>
        entry?.SentUntil is { } until && clock.Now() is { } now && now.From > until ? now.From - until : TimeSpan.Zero;

    /// <summary>How long the trigger's run may still be created; negative once it cannot.</summary>
    public TimeSpan Left(PendingTrigger trigger) => horizon - trigger.SentBefore - time.GetElapsedTime(trigger.SentStamp);

    /// <summary>When a trigger's run was created, if it was, by the vendor's clock.</summary>
    public VendorSpan CreatedOf(VendorSpan sent) => new(sent.From - Margin, sent.Until + horizon + Margin);

    /// <summary>The subject's runs since a moment of the vendor's clock.</summary>
    /// <param name="counts">Whether a run has what identifies one of ours.</param>
    public async Task<RunListing> ListAsync(
        TriggerSubject subject,
        DateTime since,
        Func<ListedRun, bool> counts,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var ours =
            isProven ? null
            : known.TryGetValue(subject.Name, out var latest) ? latest
            : await FromLedgerAsync(subject, cancellationToken).ConfigureAwait(false);
        var listing = await finder
            .ListRunsAsync(subject, ours is { } run && run.Since < since ? run.Since : since, observer, cancellationToken)
            .ConfigureAwait(false);
        if (ours is not null && Shows(listing, ours, counts))
        {
            isProven = true;
        }
        else if (ours is null && !isProven)
        {
            await ProveElsewhereAsync(counts, observer, cancellationToken).ConfigureAwait(false);
        }

        return listing;
    }

    /// <summary>What it means that a trigger's run is not in a list.</summary>
    public SearchResult NotThere(RunListing listing, bool isOver) =>
        !isOver ? SearchResult.Open("its run is not in the vendor's list yet")
        : !listing.IsComplete ? SearchResult.Open("its run is not in the vendor's list, which was not complete")
        : !isProven
            ? SearchResult.Open(
                "its run is not in the vendor's list, but the search has never found a run that is certainly ours, so that proves nothing"
            )
        : SearchResult.Absent;

    // No run of this subject is certainly ours, so the list of another subject is used as proof.
    private async Task ProveElsewhereAsync(Func<ListedRun, bool> counts, IOperationObserver observer, CancellationToken cancellationToken)
    {
        if (
            (latestKnown ?? await FromLedgerAsync(null, cancellationToken).ConfigureAwait(false)) is { } ours
            && Shows(await finder.ListRunsAsync(ours.Subject, ours.Since, observer, cancellationToken).ConfigureAwait(false), ours, counts)
        )
        {
            isProven = true;
        }
    }

    private static bool Shows(RunListing listing, KnownRun ours, Func<ListedRun, bool> counts) =>
        listing.Runs.Any(r =>
            counts(r) && string.Equals(r.Run.RunId, ours.RunId, StringComparison.OrdinalIgnoreCase) && r.Run.CreatedAt >= ours.Since
        );

    private async Task<KnownRun?> FromLedgerAsync(TriggerSubject? subject, CancellationToken cancellationToken)
    {
        if (ledger is null)
        {
            return null;
        }

        var name = subject?.Name ?? "";
        return remembered.TryGetValue(name, out var run)
            ? run
            : remembered[name] = await ledger.LatestAsync(subject, cancellationToken).ConfigureAwait(false)
                is { RunId: { } id, Subject: { } of } entry
                ? new(new(of, entry.User), id, SentOf(entry).From - Margin)
                : null;
    }

    private sealed record KnownRun(TriggerSubject Subject, string RunId, DateTime Since);
}
