using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Once;

/// <summary>
/// Finds the outcome of a trigger whose answer was lost in the vendor's list. No run was created only if the list has shown a run of ours
/// before, is complete, and was read after the last moment at which the vendor may have acted on the request.
/// </summary>
internal sealed class Reconciler(
    IRunFinder finder,
    string vendor,
    string baseUri,
    RunLedger? ledger,
    VendorClock clock,
    TimeProvider time,
    TimeSpan horizon
)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan WorthTelling = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    // How much longer than the horizon the search continues if the vendor cannot answer, and how long if its answers are unusable.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly RunSearch search = new(finder, ledger, clock, time, horizon);

    /// <summary>Now, by the vendor's clock, or by this machine's if no answer had a date.</summary>
    public VendorSpan Now() => search.Now();

    /// <summary>Now, by the vendor's clock; null if no answer had a date.</summary>
    public VendorSpan? Dated() => clock.Now();

    /// <summary>The workspace of the connection's keys, within its base URI.</summary>
    public Task<string?> WorkspaceAsync(IOperationObserver observer, CancellationToken cancellationToken) =>
        finder.WorkspaceAsync(observer, cancellationToken);

    /// <summary>What the trigger's run can be searched for among.</summary>
    public Task<TriggerSubject?> SubjectAsync(PendingTrigger trigger, CancellationToken cancellationToken) =>
        finder.SubjectAsync(trigger.Request, trigger.Observer, cancellationToken);

    /// <summary>
    /// Returns when the trigger may be sent: not while a run is searched for that could be confused with its run.
    /// </summary>
    public Task EnterAsync(PendingTrigger trigger, CancellationToken cancellationToken) =>
        Gate(trigger.Subject)?.EnterAsync(trigger, cancellationToken) ?? Task.CompletedTask;

    /// <summary>The trigger's answer has come, or is lost.</summary>
    /// <param name="run">Its run; null if there is none or it is unknown.</param>
    /// <param name="isLost">Whether it is unknown if there is one.</param>
    public void Leave(PendingTrigger trigger, PipelineRun? run, bool isLost, TriggerAttempt attempt)
    {
        if (isLost)
        {
            trigger.SentStamp = attempt.LastSentStamp ?? time.GetTimestamp();
            trigger.Sent = trigger.Sent with { Until = search.Now().Until - time.GetElapsedTime(trigger.SentStamp) };
        }

        if (run is not null && trigger.Subject is { } subject)
        {
            search.Triggered(subject, run.RunId, trigger.Sent);
        }

        Gate(trigger.Subject)?.Leave(trigger, run?.RunId, isLost, time.UtcDateTime());
    }

    /// <summary>Ends the search for a lost trigger.</summary>
    public void GiveUp(PendingTrigger trigger) => Gate(trigger.Subject)?.EndSearch(trigger, time.UtcDateTime());

    /// <summary>Takes up the search for the run of an earlier process's trigger.</summary>
    /// <param name="entry">What that process left.</param>
    public void Resume(PendingTrigger trigger, LedgerEntry entry)
    {
        trigger.Sent = RunSearch.SentOf(entry);
        (trigger.SentStamp, trigger.SentBefore) = (time.GetTimestamp(), search.PassedSince(entry));
        Gate(trigger.Subject)?.Resume(trigger);
    }

    /// <summary>The run of a trigger whose outcome is unknown; null if it was certainly not created.</summary>
    /// <param name="doubt">Thrown, with the result of the search, if the outcome stays unknown.</param>
    /// <exception cref="PipelineException">TriggerOutcomeUnknown.</exception>
    public async Task<PipelineRun?> SettleAsync(PendingTrigger trigger, PipelineException doubt, CancellationToken cancellationToken)
    {
        try
        {
            return trigger.Subject is null ? throw doubt : await SearchAsync(trigger, doubt, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            GiveUp(trigger);
        }
    }

    private async Task<PipelineRun?> SearchAsync(PendingTrigger trigger, PipelineException doubt, CancellationToken cancellationToken)
    {
        var garbledSince = default(DateTime?);
        var result = SearchResult.Open("the time ran out before the search");
        try
        {
            for (var pause = FirstPause; ; pause = pause + pause < LongestPause ? pause + pause : LongestPause)
            {
                var (began, leftBefore) = (time.UtcDateTime(), search.Left(trigger));
                result = await LookAsync(trigger, cancellationToken).ConfigureAwait(false);
                if (result.Run is not null || result.IsAbsent)
                {
                    return result.Run;
                }

                garbledSince = result.IsGarbled ? garbledSince ?? began : null;
                if (result.IsHopeless || began - garbledSince >= Patience || leftBefore + result.Longer <= TimeSpan.Zero)
                {
                    throw Unknown(doubt, result.Reason);
                }

                var left = search.Left(trigger);
                if (pause == FirstPause && left >= WorthTelling)
                {
                    trigger.Observer.Warning(
                        $"{trigger.Request.Target}: the answer to the trigger was lost. Searching for its run at {vendor} for up to "
                            + $"{left.TotalSeconds:0} s; if you stop the command, the outcome stays unknown."
                    );
                }

                var limit = left > TimeSpan.Zero ? $", for up to {left.TotalSeconds:0} s" : "";
                trigger.Observer.Verbose(
                    $"{trigger.Request.Target}: its answer was lost, and {result.Reason}. "
                        + $"Searching again in {pause.TotalSeconds:0.#} s{limit}."
                );
                await time.WaitAsync(left > TimeSpan.Zero && left < pause ? left : pause, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            var until = search.Left(trigger) > TimeSpan.Zero ? "the vendor's time to act on it was over" : "it was done";
            throw Unknown(doubt, $"{result.Reason}; the search was ended before {until}");
        }
    }

    private async Task<SearchResult> LookAsync(PendingTrigger trigger, CancellationToken cancellationToken)
    {
        try
        {
            return Gate(trigger.Subject) is { } gate
                ? await new ExclusionSearch(search, ledger, gate)
                    .LookAsync(trigger, time.UtcDateTime(), cancellationToken)
                    .ConfigureAwait(false)
                : await LookByIdAsync(trigger, cancellationToken).ConfigureAwait(false);
        }
        catch (PipelineException e) when (RunErrors.IsOutage(e))
        {
            return SearchResult.Open($"{vendor}'s list of runs could not be read ({e.Message.TrimEnd('.')})") with
            {
                Longer = Patience,
                IsGarbled = e.ErrorId == PipelineErrorId.InvalidResponse,
            };
        }
        catch (PipelineException e) when (e.ErrorId == PipelineErrorId.LedgerUnavailable)
        {
            return SearchResult.Open($"the ledger could not be used ({e.Message.TrimEnd('.')})") with { Longer = Patience };
        }
        catch (PipelineException e)
        {
            return SearchResult.Open($"{vendor}'s list of runs cannot answer: {e.Message.TrimEnd('.')}") with
            {
                IsHopeless = e.ErrorId != PipelineErrorId.AuthenticationFailed,
            };
        }
    }

    private async Task<SearchResult> LookByIdAsync(PendingTrigger trigger, CancellationToken cancellationToken)
    {
        var isOver = search.Left(trigger) <= TimeSpan.Zero;
        var since = search.CreatedOf(trigger.Sent).From;
        var listing = await search
            .ListAsync(trigger.Subject!, since, static r => r.CorrelationId is not null, trigger.Observer, cancellationToken)
            .ConfigureAwait(false);
        var matches = listing.Runs.Where(r => r.CorrelationId == trigger.CorrelationId).Select(r => r.Run).ToList();
        if (matches.Count > 1)
        {
            var ids = string.Join(", ", matches.Select(r => r.RunId));
            trigger.Observer.Warning($"{vendor} created {matches.Count} runs for one trigger ({ids}). The first one is used.");
        }

        return matches.OrderBy(r => r.CreatedAt).FirstOrDefault() is { } run
            ? await SearchResult.AdoptedAsync(trigger, run).ConfigureAwait(false)
            : search.NotThere(listing, isOver);
    }

    private SubjectGate? Gate(TriggerSubject? subject) => subject?.User is null ? null : SubjectGate.Of(vendor, baseUri, subject.Name);

    private static PipelineException Unknown(PipelineException doubt, string reason) =>
        new(PipelineErrorId.TriggerOutcomeUnknown, $"{doubt.Message} The search did not find out: {reason}.")
        {
            RetryAfter = doubt.RetryAfter,
        };
}
