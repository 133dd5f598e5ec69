using System.Collections.Concurrent;
using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Core.Runs;

/// <summary>
/// Triggers and watches any mix of runs of any connections, for one caller. What becomes of each input is told to the observer: a run that was
/// triggered (or, if it is waited for, has ended), or an error.
/// </summary>
internal sealed class RunOperation : IDisposable
{
    private readonly OperationOptions options;
    private readonly IOperationObserver observer;
    private readonly TimeProvider time;
    private readonly CancellationToken stop;
    private readonly CancellationTokenSource end;
    private readonly ITimer? timer;
    private readonly SemaphoreSlim slots;
    private readonly Watcher watcher;
    private readonly ConcurrentDictionary<Task, bool> inFlight = new();
    private readonly ConcurrentDictionary<IRunSource, bool> sources = new();
    private volatile bool timedOut;

    /// <summary>An operation that ends with the token, or with the time of the options, which begins now.</summary>
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
    }

    private bool IsTimedOut => timedOut && !stop.IsCancellationRequested;

    /// <summary>How far the watch has come.</summary>
    public WatchProgress Progress(int most) => watcher.Progress(most);

    /// <summary>Takes one trigger in: returns as soon as there is a free place for it, and reports its outcome to the observer.</summary>
    /// <param name="terms">How it is kept from happening twice.</param>
    /// <param name="target">The input it belongs to, for errors.</param>
    /// <exception cref="OperationCanceledException">The operation was stopped before it was taken in.</exception>
    public Task TriggerAsync(IRunSource source, TriggerRequest request, TriggerTerms terms, object? target)
    {
        stop.ThrowIfCancellationRequested();
        var place = slots.WaitAsync(end.Token);
        if (place.Status != TaskStatus.RanToCompletion)
        {
            return TriggerAfterAsync(place, source, request, terms, target);
        }

        Begin(source, request, terms, target);
        return Task.CompletedTask;
    }

    /// <summary>Watches one run.</summary>
    public void Watch(IRunSource source, PipelineRun run)
    {
        sources.TryAdd(source, true);
        watcher.Add(source, run);
    }

    /// <summary>No more input: returns when everything was reported.</summary>
    /// <exception cref="OperationCanceledException">The operation was stopped; <see cref="Progress"/> still tells what goes on.</exception>
    public async Task CompleteAsync()
    {
        await Task.WhenAll(inFlight.Keys).ConfigureAwait(false);
        try
        {
            await watcher.CompleteAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (IsTimedOut)
        {
            await new RunsLeft(watcher.GoingOn(), options, observer, time).ReportTimedOutAsync(stop).ConfigureAwait(false);
        }

        await Task.WhenAll(sources.Keys.Select(source => source.FlushAsync(stop))).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
    }

    /// <summary>Waits until nothing is in flight any more, after a stop.</summary>
    public Task SettleAsync() => Task.WhenAll([.. inFlight.Keys, watcher.SettleAsync()]);

    /// <summary>After a stop: asks the vendors to cancel what goes on, within a time that an agent grants. Each run with what kept it from being cancelled; null: nothing did.</summary>
    public Task<IReadOnlyList<(PipelineRun Run, string? Obstacle)>> CancelGoingOnAsync() => new RunsLeft(watcher.GoingOn(), options, observer, time).CancelAsync();

    public void Dispose()
    {
        timer?.Dispose();
        watcher.Dispose();
        slots.Dispose();
        end.Dispose();
    }

    private async Task TriggerAfterAsync(Task place, IRunSource source, TriggerRequest request, TriggerTerms terms, object? target)
    {
        try
        {
            await place.ConfigureAwait(false);

            // A place may have become free by the very stop that ends the operation.
            end.Token.ThrowIfCancellationRequested();
            Begin(source, request, terms, target);
        }
        catch (OperationCanceledException) when (IsTimedOut)
        {
            observer.Failed(RunErrors.NotSentInTime(request, options.Timeout!.Value), target);
        }
    }

    private void Begin(IRunSource source, TriggerRequest request, TriggerTerms terms, object? target)
    {
        sources.TryAdd(source, true);
        var trigger = Task.Run(() => TriggerOneAsync(source, request, terms, target));
        inFlight[trigger] = true;
        _ = trigger.ContinueWith(done => inFlight.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void TimeIsUp()
    {
        timedOut = true;
        try
        {
            end.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The operation ended at the same moment.
        }
    }

    private async Task TriggerOneAsync(IRunSource source, TriggerRequest request, TriggerTerms terms, object? target)
    {
        try
        {
            var run = await source.TriggerAsync(request, terms, observer, end.Token).ConfigureAwait(false);
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
                observer.Failed(RunErrors.NotSentInTime(request, options.Timeout!.Value), target);
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
