using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Watching;

/// <summary>Watches the runs of one connection in one loop, until each has ended.</summary>
internal sealed class WatchGroup
{
    // If runs are read individually, a round is short, so that a run that was just added need not wait for all the others.
    private const int SingleReadsPerRound = 50;

    private readonly TimeProvider time;
    private readonly IOperationObserver observer;
    private readonly DelayStrategy delays;
    private readonly WatchRound round;
    private readonly object gate = new();
    private readonly List<WatchedRun> watched = [];
    private TaskCompletionSource<bool> changed = NewSignal();
    private bool closed;

    // The vendor is not called before this timestamp.
    private long heldUntil = long.MinValue;

    public WatchGroup(IRunSource source, TimeSpan? pollInterval, TimeProvider time, Func<double> random, IOperationObserver observer)
    {
        this.time = time;
        this.observer = observer;
        delays = new(source.Pace, pollInterval, random);
        round = new(source, delays, time, observer);
    }

    /// <summary>At most this many runs that have not ended.</summary>
    public IReadOnlyList<PipelineRun> GoingOn(int most)
    {
        lock (gate)
        {
            return [.. watched.Where(static w => !w.IsDone).Take(most).Select(static w => w.Run)];
        }
    }

    /// <summary>Adds a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="isNew">Whether it was just triggered; then its first read is not immediate.</param>
    public void Add(PipelineRun run, bool isNew)
    {
        var entry = new WatchedRun(run) { WasRead = isNew };
        entry.ReadAfter(isNew ? delays.Next(1, null) : TimeSpan.Zero, time);
        lock (gate)
        {
            watched.Add(entry);
            changed.TrySetResult(true);
        }
    }

    /// <summary>No more runs will be added.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
            changed.TrySetResult(true);
        }
    }

    /// <summary>Watches until the group is closed and every run has ended.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled; unfinished runs remain as they were last seen.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WatchUntilAllEndedAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // An unexpected error: every run that has not ended must still be reported.
            foreach (var run in TakeUnfinished())
            {
                observer.Failed(RunErrors.Of(e, run), run);
            }
        }
    }

    private async Task WatchUntilAllEndedAsync(CancellationToken cancellationToken)
    {
        while (Next() is { } next)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (next.Due.Count > 0)
            {
                await ReadAsync(next, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await PauseAsync(next.Pause, next.Change, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private List<PipelineRun> TakeUnfinished()
    {
        lock (gate)
        {
            var unfinished = watched.FindAll(static w => !w.IsDone);
            unfinished.ForEach(static w => w.IsDone = true);
            return unfinished.ConvertAll(static w => w.Run);
        }
    }

    private async Task ReadAsync(Step step, CancellationToken cancellationToken)
    {
        if (await round.ReadAsync(step.Due, step.Total, cancellationToken).ConfigureAwait(false) is { } pause)
        {
            heldUntil = time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);
        }
    }

    // Null if the group is closed and every run has ended.
    private Step? Next()
    {
        lock (gate)
        {
            if (changed.Task.IsCompleted)
            {
                changed = NewSignal();
            }

            watched.RemoveAll(static w => w.IsDone);
            if (watched.Count == 0)
            {
                return closed ? null : new([], 0, Timeout.InfiniteTimeSpan, changed.Task);
            }

            var now = time.GetTimestamp();
            var earliest = Math.Max(watched.Min(static w => w.Due), heldUntil);
            return earliest > now
                ? new([], watched.Count, time.GetElapsedTime(now, earliest), changed.Task)
                : new(Due(now), watched.Count, TimeSpan.Zero, changed.Task);
        }
    }

    private List<WatchedRun> Due(long now) =>
        round.IsBatched
            ? watched.FindAll(w => w.DueWithOthers <= now)
            : [.. watched.Where(w => w.Due <= now).OrderBy(static w => w.Due).Take(SingleReadsPerRound)];

    private async Task PauseAsync(TimeSpan pause, Task change, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(time.WaitAsync(pause, end.Token), change).ConfigureAwait(false);
        end.Cancel();
    }

    private static TaskCompletionSource<bool> NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed record Step(List<WatchedRun> Due, int Total, TimeSpan Pause, Task Change);
}
