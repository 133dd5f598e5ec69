using System.Collections.Concurrent;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;
using PipelineTrigger.Core.Watching;

namespace PipelineTrigger.Core.Operations;

/// <summary>
/// Triggers and watches runs of any connections for one caller. It reports the outcome of each input to the observer: a run that was
/// triggered (or has ended, if the caller waits), or an error.
/// </summary>
internal sealed class RunOperation : IDisposable
{
    private readonly OperationOptions options;
    private readonly IOperationObserver observer;
    private readonly TimeProvider time;

    // Triggers in flight have most of a second to end. After this limit, the operation no longer waits for a call that hangs, such as one
    // to a share.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(1.25);

    private readonly CancellationToken stop;
    private readonly CancellationTokenRegistration stopping;
    private readonly TaskCompletionSource<bool> stopIsOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource end;
    private readonly ITimer? timer;
    private ITimer? stopTimer;
    private readonly SemaphoreSlim slots;
    private readonly Watcher watcher;
    private readonly ConcurrentDictionary<Task, TriggerRequest> inFlight = new();
    private readonly ConcurrentDictionary<IRunSource, bool> sources = new();
    private volatile bool timedOut;

    /// <summary>Starts an operation, and its time-out if the options have one.</summary>
    public RunOperation(OperationOptions options, IOperationObserver observer, TimeProvider time, CancellationToken cancellationToken)
    {
        this.options = options;
        this.observer = observer;
        this.time = time;
        stop = cancellationToken;
        end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        slots = new(options.ThrottleLimit);
        watcher = new(options, observer, time, end.Token);
        if (options.Timeout is { } timeout)
        {
            timer = time.CreateTimer(_ => TimeIsUp(), null, timeout, Timeout.InfiniteTimeSpan);
        }

        stopping = stop.Register(() =>
            stopTimer = time.CreateTimer(_ => stopIsOver.TrySetResult(true), null, StopLimit, Timeout.InfiniteTimeSpan)
        );
    }

    /// <summary>The targets of the triggers in flight; after a stop, of those that did not end in time.</summary>
    public IReadOnlyList<string> InFlight => [.. inFlight.Values.Select(static request => request.Target)];

    private bool IsTimedOut => timedOut && !stop.IsCancellationRequested;

    /// <summary>The progress of the watch, with at most this many unfinished runs.</summary>
    public WatchProgress Progress(int most) => watcher.Progress(most);

    /// <summary>Starts one trigger: returns as soon as the throttle limit allows it to start. The observer receives the outcome.</summary>
    /// <param name="idempotency">How to keep it from being triggered twice.</param>
    /// <param name="target">The input that the trigger belongs to, for errors.</param>
    /// <exception cref="OperationCanceledException">The operation was stopped before the trigger started.</exception>
    public Task TriggerAsync(IRunSource source, TriggerRequest request, IdempotencyOptions idempotency, object? target)
    {
        stop.ThrowIfCancellationRequested();
        var slot = slots.WaitAsync(end.Token);
        if (slot.Status != TaskStatus.RanToCompletion)
        {
            return TriggerAfterAsync(slot, source, request, idempotency, target);
        }

        Begin(source, request, idempotency, target);
        return Task.CompletedTask;
    }

    /// <summary>Watches a run.</summary>
    /// <returns>False if the run is already watched.</returns>
    public bool Watch(IRunSource source, PipelineRun run)
    {
        sources.TryAdd(source, true);
        return watcher.Add(source, run);
    }

    /// <summary>Waits until every trigger that was started has been reported.</summary>
    public Task TriggersAsync() => Task.WhenAll(inFlight.Keys);

    /// <summary>Ends the input, and returns when everything has been reported, including a failure of the operation itself.</summary>
    /// <exception cref="OperationCanceledException">The operation was stopped; <see cref="Progress"/> has the unfinished runs.</exception>
    public async Task CompleteAsync()
    {
        await ReportedAsync(TriggeredAsync).ConfigureAwait(false);
        await ReportedAsync(WatchedAsync).ConfigureAwait(false);
        await ReportedAsync(() => Task.WhenAll(sources.Keys.Select(source => source.FlushAsync(stop)))).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
    }

    /// <summary>After a stop: waits until nothing is in flight, but no longer than a stop may take.</summary>
    public Task SettleAsync() => Task.WhenAny(EndedAsync(), stopIsOver.Task);

    /// <summary>Waits until nothing is in flight, without a limit.</summary>
    public Task EndedAsync() => Task.WhenAll([.. inFlight.Keys, watcher.SettleAsync()]);

    /// <summary>After a stop: asks the vendors to cancel the unfinished runs, within the time that a build agent allows.</summary>
    /// <returns>Each run, with the reason why it was not cancelled; null if it was.</returns>
    public Task<IReadOnlyList<(PipelineRun Run, string? Obstacle)>> CancelGoingOnAsync() =>
        new UnfinishedRuns(watcher.GoingOn(), options, observer, time).CancelAsync();

    public void Dispose()
    {
        timer?.Dispose();
        stopping.Dispose();
        stopTimer?.Dispose();
        Cancel(end);

        // A call that hangs still uses these.
        _ = EndedAsync()
            .ContinueWith(
                _ =>
                {
                    watcher.Dispose();
                    slots.Dispose();
                    end.Dispose();
                },
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            );
    }

    private async Task ReportedAsync(Func<Task> step)
    {
        try
        {
            await step().ConfigureAwait(false);
        }
        catch (Exception e) when (!(e is OperationCanceledException && stop.IsCancellationRequested))
        {
            observer.Failed(RunErrors.Of(e), null);
        }
    }

    private async Task TriggeredAsync()
    {
        await Task.WhenAny(TriggersAsync(), stopIsOver.Task).ConfigureAwait(false);
        if (stopIsOver.Task.IsCompleted)
        {
            stop.ThrowIfCancellationRequested();
        }
    }

    private async Task WatchedAsync()
    {
        try
        {
            await watcher.CompleteAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (IsTimedOut)
        {
            await new UnfinishedRuns(watcher.GoingOn(), options, observer, time).ReportTimedOutAsync(stop).ConfigureAwait(false);
        }
    }

    private async Task TriggerAfterAsync(
        Task slot,
        IRunSource source,
        TriggerRequest request,
        IdempotencyOptions idempotency,
        object? target
    )
    {
        try
        {
            await slot.ConfigureAwait(false);

            // The stop that ends the operation may be what freed the slot.
            end.Token.ThrowIfCancellationRequested();
            Begin(source, request, idempotency, target);
        }
        catch (OperationCanceledException) when (IsTimedOut)
        {
            observer.Failed(RunErrors.NotSentInTime(request, idempotency.Key, options.Timeout!.Value), target);
        }
    }

    private void Begin(IRunSource source, TriggerRequest request, IdempotencyOptions idempotency, object? target)
    {
        sources.TryAdd(source, true);
        var trigger = Task.Run(() => TriggerOneAsync(source, request, idempotency, target));
        inFlight[trigger] = request;
        _ = trigger.ContinueWith(
            done => inFlight.TryRemove(done, out _),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    private void TimeIsUp()
    {
        timedOut = true;
        Cancel(end);
    }

    // An exception on a timer's thread would end the process. All callbacks of the token have run, even if one of them throws.
    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (Exception e) when (e is ObjectDisposedException or AggregateException)
        {
            // The operation ended at the same time, or the callback that threw reports its own failure.
        }
    }

    private async Task TriggerOneAsync(IRunSource source, TriggerRequest request, IdempotencyOptions idempotency, object? target)
    {
        try
        {
            var run = await source.TriggerAsync(request, idempotency, observer, end.Token).ConfigureAwait(false);
            if (options.Wait)
            {
                watcher.Add(source, run, isNew: !run.IsFinished);
            }
            else
            {
                observer.Completed(run);
            }
        }
        catch (OperationCanceledException)
        {
            if (IsTimedOut)
            {
                observer.Failed(RunErrors.NotSentInTime(request, idempotency.Key, options.Timeout!.Value), target);
            }
        }
        catch (Exception e)
        {
            observer.Failed(RunErrors.Of(e, request), target);
        }
        finally
        {
            slots.Release();
        }
    }
}
