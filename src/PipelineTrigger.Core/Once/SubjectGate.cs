using System.Collections.Concurrent;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Once;

/// <summary>
/// The triggers of one subject in this process, of all connections and runspaces. If runs do not name their triggers, the run of a lost
/// trigger is found by exclusion, so no other trigger may be in flight while it is searched for. Holds no secret.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design",
    "CA1001",
    Justification = "Lives as long as the process, and its turnstile holds nothing of the system's."
)]
internal sealed class SubjectGate
{
    // Longer than any search takes.
    private static readonly TimeSpan RememberedFor = TimeSpan.FromHours(6);

    private static readonly ConcurrentDictionary<(string Vendor, string BaseUri, string Subject), SubjectGate> All = new();

    private readonly SemaphoreSlim turnstile = new(1);
    private readonly object gate = new();
    private readonly Dictionary<string, (string CorrelationId, DateTime At)> claimed = new(StringComparer.OrdinalIgnoreCase);
    private readonly Queue<string> claimedInOrder = new();
    private readonly List<PendingTrigger> open = [];
    private readonly List<LostTrigger> givenUp = [];
    private readonly List<string> entries = [];
    private TaskCompletionSource<bool>? drained;
    private int onTheirWay;

    /// <summary>The gate of a subject at an installation.</summary>
    public static SubjectGate Of(string vendor, string baseUri, string subject) =>
        All.GetOrAdd((vendor, baseUri, subject), static _ => new());

    /// <summary>
    /// The triggers whose runs are searched for, and those whose runs were not found: a run that belongs to no one may be theirs.
    /// </summary>
    public IReadOnlyList<LostTrigger> Lost
    {
        get
        {
            lock (gate)
            {
                return [.. open.Select(LostTrigger.Of), .. givenUp];
            }
        }
    }

    /// <summary>The ledger entries of this process's triggers, including those that wait to be sent.</summary>
    public IReadOnlyList<string> Entries
    {
        get
        {
            lock (gate)
            {
                return [.. entries, .. open.Select(t => t.LedgerName).Concat(givenUp.Select(t => t.LedgerName)).OfType<string>()];
            }
        }
    }

    /// <summary>Lets a trigger pass, together with others; waits while a run is searched for.</summary>
    public async Task EnterAsync(PendingTrigger trigger, CancellationToken cancellationToken)
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

    /// <summary>A trigger has been answered or lost.</summary>
    /// <param name="runId">Its run; null for none.</param>
    /// <param name="isLost">Whether it is unknown if there is one.</param>
    public void Leave(PendingTrigger trigger, string? runId, bool isLost, DateTime now)
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

    /// <summary>Blocks all triggers, and waits until none is in flight; <see cref="EndExclusive"/> unblocks them.</summary>
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

    /// <summary>The run of an earlier process's trigger is searched for.</summary>
    public void Resume(PendingTrigger trigger)
    {
        lock (gate)
        {
            givenUp.RemoveAll(t => t.CorrelationId == trigger.CorrelationId);
            open.Add(trigger);
        }
    }

    /// <summary>The search for a trigger's run has ended, with or without a result.</summary>
    public void EndSearch(PendingTrigger trigger, DateTime now)
    {
        lock (gate)
        {
            if (open.Remove(trigger))
            {
                givenUp.RemoveAll(t => now - t.LastSentAt > RememberedFor);
                givenUp.Add(LostTrigger.Of(trigger));
            }
        }
    }

    /// <summary>The outcome of a trigger is known.</summary>
    /// <param name="runId">Its run; null for none.</param>
    public void Close(PendingTrigger trigger, string? runId, DateTime now)
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

    /// <summary>
    /// Whether the run is known to belong to another trigger. It may be known as this trigger's own if it could not be recorded.
    /// </summary>
    public bool IsAnothers(string runId, PendingTrigger trigger)
    {
        lock (gate)
        {
            return claimed.TryGetValue(runId, out var owner) && owner.CorrelationId != trigger.CorrelationId;
        }
    }

    private void Forget(PendingTrigger trigger)
    {
        lock (gate)
        {
            entries.Remove(trigger.LedgerName ?? "");
        }
    }

    private void Remember(string runId, PendingTrigger trigger, DateTime now)
    {
        while (claimedInOrder.Count > 0 && now - claimed[claimedInOrder.Peek()].At > RememberedFor)
        {
            claimed.Remove(claimedInOrder.Dequeue());
        }

        if (!claimed.ContainsKey(runId))
        {
            claimedInOrder.Enqueue(runId);
        }

        claimed[runId] = (trigger.CorrelationId, now);
    }
}
