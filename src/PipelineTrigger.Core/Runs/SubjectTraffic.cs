using System.Collections.Concurrent;

namespace PipelineTrigger.Core.Runs;

/// <summary>
/// The triggers of one subject in this process, of all connections and runspaces: where runs do not tell their triggers apart, one whose answer
/// was lost is found by exclusion, and so no other may be on its way while its run is looked for. Holds no secret.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "Lives as long as the process, and its turnstile holds nothing of the system's.")]
internal sealed class SubjectTraffic
{
    // Longer than any run is looked for.
    private static readonly TimeSpan RememberedFor = TimeSpan.FromHours(6);

    private static readonly ConcurrentDictionary<(string Vendor, string BaseUri, string Subject), SubjectTraffic> All = new();

    private readonly SemaphoreSlim turnstile = new(1);
    private readonly object gate = new();
    private readonly Dictionary<string, (string TriggerId, DateTime At)> claimed = new(StringComparer.OrdinalIgnoreCase);
    private readonly Queue<string> claimedInOrder = new();
    private readonly List<OpenTrigger> open = [];
    private readonly List<OpenTrigger> givenUp = [];
    private readonly List<string> entries = [];
    private TaskCompletionSource<bool>? drained;
    private int onTheirWay;

    /// <summary>The traffic of a subject at an installation.</summary>
    public static SubjectTraffic Of(string vendor, string baseUri, string subject) => All.GetOrAdd((vendor, baseUri, subject), static _ => new());

    /// <summary>The triggers whose runs are looked for.</summary>
    public IReadOnlyList<OpenTrigger> Open
    {
        get
        {
            lock (gate)
            {
                return [.. open];
            }
        }
    }

    /// <summary>The triggers whose runs were looked for in vain: a run that is nobody's may be theirs.</summary>
    public IReadOnlyList<OpenTrigger> GivenUp
    {
        get
        {
            lock (gate)
            {
                return [.. givenUp];
            }
        }
    }

    /// <summary>The ledger's entries of this process's triggers, those that still wait to go their way included.</summary>
    public IReadOnlyList<string> Entries
    {
        get
        {
            lock (gate)
            {
                return [.. entries, .. open.Concat(givenUp).Select(t => t.LedgerName).OfType<string>()];
            }
        }
    }

    /// <summary>Lets one trigger go its way, together with others; waits while a run is looked for.</summary>
    public async Task EnterAsync(OpenTrigger trigger, CancellationToken cancellationToken)
    {
        if (trigger.LedgerName is { } entry)
        {
            lock (gate)
            {
                entries.Add(entry);
            }
        }

        try
        {
            await turnstile.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Forget(trigger);
            throw;
        }

        lock (gate)
        {
            onTheirWay++;
        }

        turnstile.Release();
    }

    /// <summary>A trigger has come back.</summary>
    /// <param name="runId">Its run; null for none.</param>
    /// <param name="isLost">Whether it is not known if there is one.</param>
    public void Leave(OpenTrigger trigger, string? runId, bool isLost, DateTime now)
    {
        TaskCompletionSource<bool>? waiting = null;
        Forget(trigger);
        lock (gate)
        {
            if (runId is not null)
            {
                Remember(runId, trigger, now);
            }

            if (isLost)
            {
                open.Add(trigger);
            }

            if (--onTheirWay == 0)
            {
                (waiting, drained) = (drained, null);
            }
        }

        waiting?.TrySetResult(true);
    }

    /// <summary>Keeps all triggers back, and waits until none is on its way; <see cref="EndExclusive"/> lets them go again.</summary>
    public async Task BeginExclusiveAsync(CancellationToken cancellationToken)
    {
        await turnstile.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Task emptied;
            lock (gate)
            {
                emptied = onTheirWay == 0 ? Task.CompletedTask : (drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await Task.WhenAny(emptied, Task.Delay(Timeout.Infinite, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
        catch
        {
            turnstile.Release();
            throw;
        }
    }

    public void EndExclusive() => turnstile.Release();

    /// <summary>A trigger of an earlier process is looked for.</summary>
    public void Resume(OpenTrigger trigger)
    {
        lock (gate)
        {
            givenUp.RemoveAll(t => t.Id == trigger.Id);
            open.Add(trigger);
        }
    }

    /// <summary>The search for a trigger's run has ended, perhaps in vain.</summary>
    public void EndSearch(OpenTrigger trigger, DateTime now)
    {
        lock (gate)
        {
            if (open.Remove(trigger))
            {
                givenUp.RemoveAll(t => now - t.LastSentAt > RememberedFor);
                givenUp.Add(trigger);
            }
        }
    }

    /// <summary>What became of a trigger was found out.</summary>
    /// <param name="runId">Its run; null for none.</param>
    public void Close(OpenTrigger trigger, string? runId, DateTime now)
    {
        lock (gate)
        {
            open.Remove(trigger);
            if (runId is not null)
            {
                Remember(runId, trigger, now);
            }
        }
    }

    /// <summary>Whether the run is known to be of another trigger. It may be known to be this one's, if that could not be written down.</summary>
    public bool IsAnothers(string runId, OpenTrigger trigger)
    {
        lock (gate)
        {
            return claimed.TryGetValue(runId, out var owner) && owner.TriggerId != trigger.Id;
        }
    }

    private void Forget(OpenTrigger trigger)
    {
        lock (gate)
        {
            entries.Remove(trigger.LedgerName ?? "");
        }
    }

    private void Remember(string runId, OpenTrigger trigger, DateTime now)
    {
        while (claimedInOrder.Count > 0 && now - claimed[claimedInOrder.Peek()].At > RememberedFor)
        {
            claimed.Remove(claimedInOrder.Dequeue());
        }

        if (!claimed.ContainsKey(runId))
        {
            claimedInOrder.Enqueue(runId);
        }

        claimed[runId] = (trigger.Id, now);
    }
}
