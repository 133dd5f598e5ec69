using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Once;

/// <summary>
/// Finds out, from the vendor's own list, what became of a trigger whose answer was lost. It was not created only if the list has shown a run
/// of ours before, is complete, and was read after the last moment at which the vendor may still have acted on the request.
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

    // How much longer than the horizon a vendor is asked that cannot answer, and how long one whose answers are none.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly RunSearch search = new(finder, ledger, clock, time, horizon);

    /// <summary>Now, by the vendor's clock, or by this machine's where no answer was dated.</summary>
    public VendorSpan Now() => search.Now();

    /// <summary>Now, by the vendor's clock; null where no answer was dated.</summary>
    public VendorSpan? Dated() => clock.Now();

    /// <summary>Where the connection's keys belong to, within its base URI.</summary>
    public Task<string?> WorkspaceAsync(IOperationObserver observer, CancellationToken cancellationToken) =>
        finder.WorkspaceAsync(observer, cancellationToken);

    /// <summary>What the trigger's run would be found among.</summary>
    public Task<TriggerSubject?> SubjectAsync(TriggerRequest request, IOperationObserver observer, CancellationToken cancellationToken) =>
        finder.SubjectAsync(request, observer, cancellationToken);

    /// <summary>Lets a trigger go its way: where its run could be taken for another's, no run is looked for meanwhile.</summary>
    public async Task<PipelineRun> SendAsync(
        PendingTrigger trigger,
        TriggerAttempt attempt,
        Func<Task<PipelineRun>> send,
        CancellationToken cancellationToken
    )
    {
        var traffic = Traffic(trigger.Subject);
        if (traffic is not null)
        {
            await traffic.EnterAsync(trigger, cancellationToken).ConfigureAwait(false);
        }

        var (runId, isLost) = (default(string), false);
        try
        {
            var run = await send().ConfigureAwait(false);
            runId = run.RunId;
            if (trigger.Subject is { } subject)
            {
                search.Triggered(subject, run.RunId, trigger.Sent);
            }

            return run;
        }
        catch (PipelineException e) when (e.ErrorId == PipelineErrorId.TriggerOutcomeUnknown)
        {
            Lost(trigger, attempt);
            isLost = true;
            throw;
        }
        finally
        {
            traffic?.Leave(trigger, runId, isLost, time.UtcDateTime());
        }
    }

    /// <summary>A lost trigger is not looked for after all.</summary>
    public void GiveUp(PendingTrigger trigger) => Traffic(trigger.Subject)?.EndSearch(trigger, time.UtcDateTime());

    /// <summary>Takes up the search for the run of an earlier process's trigger.</summary>
    /// <param name="entry">What that process left.</param>
    public void Resume(PendingTrigger trigger, LedgerEntry entry)
    {
        trigger.Sent = RunSearch.SentOf(entry);
        (trigger.SentStamp, trigger.SentBefore) = (time.GetTimestamp(), search.PassedSince(entry));
        Traffic(trigger.Subject)?.Resume(trigger);
    }

    /// <summary>The run of a trigger whose outcome is unknown; null if it surely was not created.</summary>
    /// <param name="doubt">What is thrown, with what was found out, if it stays unknown.</param>
    /// <param name="adopt">Done with a run that was found, before anybody else may find it.</param>
    /// <exception cref="PipelineException">TriggerOutcomeUnknown.</exception>
    public async Task<PipelineRun?> SettleAsync(
        PendingTrigger trigger,
        PipelineException doubt,
        Func<PipelineRun, Task> adopt,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var traffic = Traffic(trigger.Subject);
        try
        {
            return trigger.Subject is null
                ? throw doubt
                : await SearchAsync(trigger, traffic, doubt, adopt, observer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            GiveUp(trigger);
        }
    }

    private async Task<PipelineRun?> SearchAsync(
        PendingTrigger trigger,
        SubjectGate? traffic,
        PipelineException doubt,
        Func<PipelineRun, Task> adopt,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var garbledSince = default(DateTime?);
        var finding = SearchResult.Open("the time was up before it could be looked for");
        try
        {
            for (var pause = FirstPause; ; pause = pause + pause < LongestPause ? pause + pause : LongestPause)
            {
                var (began, leftBefore) = (time.UtcDateTime(), search.Left(trigger));
                finding = await LookAsync(trigger, traffic, adopt, observer, cancellationToken).ConfigureAwait(false);
                if (finding.Run is not null || finding.IsAbsent)
                {
                    return finding.Run;
                }

                garbledSince = finding.IsGarbled ? garbledSince ?? began : null;
                if (finding.IsHopeless || began - garbledSince >= Patience || leftBefore + finding.Longer <= TimeSpan.Zero)
                {
                    throw Unknown(doubt, finding.Reason);
                }

                var left = search.Left(trigger);
                if (pause == FirstPause && left >= WorthTelling)
                {
                    observer.Warning(
                        $"{trigger.Request.Target}: the answer to the trigger was lost. Its run is looked for at {vendor}, for up to {left.TotalSeconds:0} s; a stop ends that, and leaves it unknown."
                    );
                }

                observer.Verbose(
                    $"{trigger.Request.Target}: its answer was lost, and {finding.Reason}. Looking again in {pause.TotalSeconds:0.#} s{(left > TimeSpan.Zero ? $", for up to {left.TotalSeconds:0} s" : "")}."
                );
                await time.WaitAsync(left > TimeSpan.Zero && left < pause ? left : pause, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            throw Unknown(
                doubt,
                $"{finding.Reason}; the search was ended before {(search.Left(trigger) > TimeSpan.Zero ? "the vendor's time to act on it was over" : "it was done")}"
            );
        }
    }

    private async Task<SearchResult> LookAsync(
        PendingTrigger trigger,
        SubjectGate? traffic,
        Func<PipelineRun, Task> adopt,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return traffic is null
                ? await LookByIdAsync(trigger, adopt, observer, cancellationToken).ConfigureAwait(false)
                : await new ExclusionSearch(search, ledger, traffic, observer)
                    .LookAsync(trigger, time.UtcDateTime(), adopt, cancellationToken)
                    .ConfigureAwait(false);
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
            return SearchResult.Open($"the ledger, which must know of it first, could not be used ({e.Message.TrimEnd('.')})") with
            {
                Longer = Patience,
            };
        }
        catch (PipelineException e)
        {
            return SearchResult.Open($"{vendor}'s list of runs does not tell: {e.Message.TrimEnd('.')}") with
            {
                IsHopeless = e.ErrorId != PipelineErrorId.AuthenticationFailed,
            };
        }
    }

    private async Task<SearchResult> LookByIdAsync(
        PendingTrigger trigger,
        Func<PipelineRun, Task> adopt,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var isOver = search.Left(trigger) <= TimeSpan.Zero;
        var since = search.CreatedOf(trigger).From;
        var listing = await search
            .ListAsync(trigger.Subject!, since, static r => r.CorrelationId is not null, observer, cancellationToken)
            .ConfigureAwait(false);
        var matches = listing.Runs.Where(r => r.CorrelationId == trigger.CorrelationId).Select(r => r.Run).ToList();
        if (matches.Count > 1)
        {
            observer.Warning(
                $"{vendor} made {matches.Count} runs of one trigger ({string.Join(", ", matches.Select(r => r.RunId))}); the first counts."
            );
        }

        return matches.OrderBy(r => r.CreatedAt).FirstOrDefault() is { } run
            ? await SearchResult.OfAsync(run, adopt).ConfigureAwait(false)
            : search.NotThere(listing, isOver);
    }

    private SubjectGate? Traffic(TriggerSubject? subject) => subject?.User is null ? null : SubjectGate.Of(vendor, baseUri, subject.Name);

    private void Lost(PendingTrigger trigger, TriggerAttempt attempt)
    {
        trigger.SentStamp = attempt.LastSentStamp ?? time.GetTimestamp();
        trigger.Sent = trigger.Sent with { Until = search.Now().Until - time.GetElapsedTime(trigger.SentStamp) };
    }

    private static PipelineException Unknown(PipelineException doubt, string reason) =>
        new(PipelineErrorId.TriggerOutcomeUnknown, $"{doubt.Message} It was looked for: {reason}.") { RetryAfter = doubt.RetryAfter };
}
