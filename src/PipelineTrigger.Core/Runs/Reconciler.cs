using System.Collections.Concurrent;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Ledger;

namespace PipelineTrigger.Core.Runs;

/// <summary>
/// Finds out, from the vendor's own list, what became of a trigger whose answer was lost. It was not created only if the list has shown a run
/// of ours before, is complete, and was read after the last moment at which the vendor may still have acted on the request.
/// </summary>
internal sealed class Reconciler(IRunFinder finder, string vendor, string baseUri, RunLedger? ledger, TimeProvider time, TimeSpan horizon)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    // How much longer than the horizon a vendor that cannot be read is asked.
    private static readonly TimeSpan Perseverance = TimeSpan.FromMinutes(15);

    private const int CandidatesShown = 5;

    private readonly ConcurrentDictionary<string, KnownRun> known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task<KnownRun?>> remembered = new(StringComparer.Ordinal);
    private volatile bool isProven;

    /// <summary>What the trigger's run would be found among.</summary>
    public Task<TriggerSubject?> SubjectAsync(TriggerRequest request, IOperationObserver observer, CancellationToken cancellationToken) => finder.SubjectAsync(request, observer, cancellationToken);

    /// <summary>Lets a trigger go its way: where its run could be taken for another's, no run is looked for meanwhile.</summary>
    public async Task<PipelineRun> SendAsync(OpenTrigger trigger, Func<Task<PipelineRun>> send, Func<DateTime?> lastSentAt, CancellationToken cancellationToken)
    {
        var traffic = Traffic(trigger.Subject);
        if (traffic is not null)
        {
            await traffic.EnterAsync(cancellationToken).ConfigureAwait(false);
        }

        var (began, runId, lost) = (time.UtcDateTime(), default(string), default(OpenTrigger));
        try
        {
            var run = await send().ConfigureAwait(false);
            runId = run.RunId;
            if (trigger.Subject is { } subject)
            {
                known[subject.Name] = new(run.RunId, began);
            }

            return run;
        }
        catch (PipelineException e) when (e.ErrorId == PipelineErrorId.TriggerOutcomeUnknown)
        {
            trigger.LastSentAt = lastSentAt() ?? time.UtcDateTime();
            lost = trigger;
            throw;
        }
        finally
        {
            traffic?.Leave(runId, lost, time.UtcDateTime());
        }
    }

    /// <summary>Takes up the search for the run of an earlier process's trigger.</summary>
    public void Resume(OpenTrigger trigger) => Traffic(trigger.Subject)?.Resume(trigger);

    /// <summary>The run of a trigger whose outcome is unknown; null if it surely was not created.</summary>
    /// <param name="doubt">What is thrown, with what was found out, if it stays unknown.</param>
    /// <param name="adopt">Done with a run that was found, before anybody else may find it.</param>
    /// <exception cref="PipelineException">TriggerOutcomeUnknown.</exception>
    public async Task<PipelineRun?> SettleAsync(OpenTrigger trigger, PipelineException doubt, Func<PipelineRun, Task> adopt, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var traffic = Traffic(trigger.Subject);
        try
        {
            return trigger.Subject is null ? throw doubt : await SearchAsync(trigger, traffic, doubt, adopt, observer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            traffic?.Close(trigger, null, time.UtcDateTime());
        }
    }

    private async Task<PipelineRun?> SearchAsync(OpenTrigger trigger, SubjectTraffic? traffic, PipelineException doubt, Func<PipelineRun, Task> adopt, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var end = trigger.LastSentAt + horizon;
        var finding = Finding.Open("the time was up before it could be looked for");
        try
        {
            for (var pause = FirstPause; ; pause = pause + pause < LongestPause ? pause + pause : LongestPause)
            {
                var began = time.UtcDateTime();
                finding = await LookAsync(trigger, traffic, adopt, observer, cancellationToken).ConfigureAwait(false);
                if (finding.Run is not null || finding.IsAbsent)
                {
                    return finding.Run;
                }

                if (finding.IsHopeless || began >= end + (finding.IsUnreadable ? Perseverance : TimeSpan.Zero))
                {
                    throw Unknown(doubt, finding.Reason);
                }

                var left = end - time.UtcDateTime();
                observer.Verbose($"{trigger.Request.Target}: its answer was lost, and {finding.Reason}. Looking again in {pause.TotalSeconds:0.#} s{(left > TimeSpan.Zero ? $", for up to {left.TotalSeconds:0} s" : "")}.");
                await time.WaitAsync(left > TimeSpan.Zero && left < pause ? left : pause, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            throw Unknown(doubt, $"{finding.Reason}; the search was ended before {(end > time.UtcDateTime() ? "the vendor's time to act on it was over" : "it was done")}");
        }
    }

    private async Task<Finding> LookAsync(OpenTrigger trigger, SubjectTraffic? traffic, Func<PipelineRun, Task> adopt, IOperationObserver observer, CancellationToken cancellationToken)
    {
        try
        {
            return traffic is null
                ? await LookByIdAsync(trigger, adopt, observer, cancellationToken).ConfigureAwait(false)
                : await LookByExclusionAsync(trigger, traffic, adopt, observer, cancellationToken).ConfigureAwait(false);
        }
        catch (PipelineException e) when (Outage.Is(e))
        {
            return Finding.Open($"{vendor}'s list of runs could not be read ({e.Message.TrimEnd('.')})") with { IsUnreadable = true };
        }
        catch (PipelineException e) when (e.ErrorId is not PipelineErrorId.LedgerUnavailable)
        {
            return Finding.Open($"{vendor}'s list of runs does not tell: {e.Message.TrimEnd('.')}") with { IsHopeless = true };
        }
    }

    private async Task<Finding> LookByIdAsync(OpenTrigger trigger, Func<PipelineRun, Task> adopt, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var (listing, isOver) = await ListAsync(trigger.Subject!, [trigger], static r => r.TriggerId is not null, observer, cancellationToken).ConfigureAwait(false);
        var matches = listing.Runs.Where(r => r.TriggerId == trigger.Id && IsSince(r.Run, trigger, listing)).Select(r => r.Run).ToList();
        if (matches.Count > 1)
        {
            observer.Warning($"{vendor} made {matches.Count} runs of one trigger ({string.Join(", ", matches.Select(r => r.RunId))}); the first counts.");
        }

        return matches.OrderBy(r => r.CreatedAt).FirstOrDefault() is { } run ? await AdoptAsync(run, adopt).ConfigureAwait(false) : NotThere(listing, isOver);
    }

    private async Task<Finding> LookByExclusionAsync(OpenTrigger trigger, SubjectTraffic traffic, Func<PipelineRun, Task> adopt, IOperationObserver observer, CancellationToken cancellationToken)
    {
        await traffic.BeginExclusiveAsync(cancellationToken).ConfigureAwait(false);
        var turn = default(ILedgerClaim);
        try
        {
            turn = ledger is null ? null : await ledger.ClaimSubjectAsync(trigger.Subject!, observer, cancellationToken).ConfigureAwait(false);
            var finding = await LookAloneAsync(trigger, traffic, adopt, observer, cancellationToken).ConfigureAwait(false);
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

    // Nobody else triggers or looks for a run of this pipeline meanwhile: not in this process, nor with this ledger.
    private async Task<Finding> LookAloneAsync(OpenTrigger trigger, SubjectTraffic traffic, Func<PipelineRun, Task> adopt, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var subject = trigger.Subject!;
        var lost = traffic.Open;
        var elsewhere = ledger is null ? RunsElsewhere.None : await ledger.ReadSubjectAsync(subject, lost.Min(t => t.FirstSentAt), [.. lost.Select(t => t.LedgerName).OfType<string>()], cancellationToken).ConfigureAwait(false);
        if (elsewhere.IsInFlight)
        {
            return Finding.Open("another process is triggering the same pipeline at this moment");
        }

        IReadOnlyList<OpenTrigger> all = [.. lost, .. elsewhere.InDoubt.Select(e => Of(e, trigger.Request))];
        var (listing, isOver) = await ListAsync(subject, all, static r => r.MayBeOurs, observer, cancellationToken).ConfigureAwait(false);
        if (!isProven)
        {
            return Finding.Open($"the search has not yet found a run that is surely ours, so what it finds proves nothing{Shown([.. listing.Runs.Where(r => r.MayBeOurs).Select(r => r.Run)])}");
        }

        var candidates = listing.Runs
            .Where(r => r.MayBeOurs && !traffic.IsClaimed(r.Run.RunId) && !elsewhere.RunIds.Contains(r.Run.RunId) && all.Any(t => IsSince(r.Run, t, listing)))
            .Select(r => r.Run)
            .OrderBy(r => r.CreatedAt).ThenBy(r => r.RunId, StringComparer.Ordinal)
            .ToList();
        return await DecideAsync(trigger, all, candidates, listing, isOver, adopt).ConfigureAwait(false);
    }

    private async Task<Finding> DecideAsync(OpenTrigger trigger, IReadOnlyList<OpenTrigger> all, List<PipelineRun> candidates, RunListing listing, bool isOver, Func<PipelineRun, Task> adopt)
    {
        if (candidates.Count == 0)
        {
            return NotThere(listing, isOver);
        }

        var inOrder = all.OrderBy(t => t.FirstSentAt).ThenBy(t => t.Id, StringComparer.Ordinal).ToList();
        var areAlike = all.All(t => t.Subject?.Likeness == trigger.Subject!.Likeness);
        var fit = candidates.Count <= inOrder.Count && candidates.Zip(inOrder, (run, t) => IsSince(run, t, listing)).All(static is_ => is_);
        if (!areAlike || !fit || (candidates.Count < inOrder.Count && !(isOver && listing.IsComplete)))
        {
            return Finding.Open($"{Count(inOrder.Count, "trigger")} of this pipeline {(inOrder.Count == 1 ? "has" : "have")} lost the answer and {Count(candidates.Count, "run")} {(candidates.Count == 1 ? "is" : "are")} nobody's{(areAlike ? "" : ", and they did not all ask for the same")}, so whose is whose cannot be told{Shown(candidates)}");
        }

        // Of triggers that asked for the same, it makes no difference which run is whose; past the horizon, nor which of them had none.
        var place = inOrder.IndexOf(trigger);
        return place < candidates.Count ? await AdoptAsync(candidates[place], adopt).ConfigureAwait(false) : Finding.Absent;
    }

    private async Task<(RunListing Listing, bool IsOver)> ListAsync(TriggerSubject subject, IReadOnlyList<OpenTrigger> triggers, Func<ListedRun, bool> counts, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var ours = isProven ? null : known.TryGetValue(subject.Name, out var latest) ? latest : await FromLedgerAsync(subject, cancellationToken).ConfigureAwait(false);
        var first = triggers.Min(t => t.FirstSentAt);
        var isOver = time.UtcDateTime() >= triggers.Max(t => t.LastSentAt) + horizon;
        var listing = await finder.ListRunsAsync(subject, ours is { } run && run.TriggeredAt < first ? run.TriggeredAt : first, observer, cancellationToken).ConfigureAwait(false);
        if (ours is not null && listing.Runs.Any(r => counts(r) && string.Equals(r.Run.RunId, ours.RunId, StringComparison.OrdinalIgnoreCase) && r.Run.CreatedAt >= ours.TriggeredAt + listing.Lead))
        {
            isProven = true;
        }

        return (listing, isOver);
    }

    private Finding NotThere(RunListing listing, bool isOver) =>
        !isOver ? Finding.Open("its run is not in the vendor's list yet")
        : !listing.IsComplete ? Finding.Open("its run is not in the vendor's list, which was not complete")
        : !isProven ? Finding.Open("its run is not in the vendor's list, but the search has never found a run that is surely ours, so that proves nothing")
        : Finding.Absent;

    private static async Task<Finding> AdoptAsync(PipelineRun run, Func<PipelineRun, Task> adopt)
    {
        await adopt(run).ConfigureAwait(false);
        return new(run, false, "");
    }

    private async Task<KnownRun?> FromLedgerAsync(TriggerSubject subject, CancellationToken cancellationToken) =>
        ledger is null ? null : await remembered.GetOrAdd(subject.Name, async _ => await ledger.LatestAsync(subject, cancellationToken).ConfigureAwait(false) is { RunId: { } id } entry ? new(id, entry.ClaimedAt) : null).ConfigureAwait(false);

    private static OpenTrigger Of(LedgerEntry entry, TriggerRequest alike) => new(alike, entry.TriggerId ?? "")
    {
        Subject = new(entry.Subject!, entry.Likeness),
        FirstSentAt = entry.ClaimedAt,
        LastSentAt = entry.CheckedAt + TriggerAttempt.TrustedFor,
    };

    // A run without a time may be anything's.
    private static bool IsSince(PipelineRun run, OpenTrigger trigger, RunListing listing) => run.CreatedAt is not { } created || created >= trigger.FirstSentAt + listing.Lead;

    private SubjectTraffic? Traffic(TriggerSubject? subject) => subject?.Likeness is null ? null : SubjectTraffic.Of(vendor, baseUri, subject.Name);

    private static PipelineException Unknown(PipelineException doubt, string reason) =>
        new(PipelineErrorId.TriggerOutcomeUnknown, $"{doubt.Message} It was looked for: {reason}.") { RetryAfter = doubt.RetryAfter };

    private static string Count(int count, string what) => count == 1 ? $"one {what}" : $"{count} {what}s";

    private static string Shown(List<PipelineRun> candidates) => candidates.Count == 0 ? "" :
        $" (candidates: {string.Join(", ", candidates.Take(CandidatesShown).Select(r => $"{r.RunId} of {r.CreatedAt:yyyy-MM-dd HH:mm:ss}Z"))}{(candidates.Count > CandidatesShown ? ", …" : "")})";

    private sealed record KnownRun(string RunId, DateTime TriggeredAt);

    private sealed record Finding(PipelineRun? Run, bool IsAbsent, string Reason)
    {
        public static Finding Absent => new(null, true, "");

        public bool IsHopeless { get; init; }

        public bool IsUnreadable { get; init; }

        public static Finding Open(string reason) => new(null, false, reason);
    }
}
