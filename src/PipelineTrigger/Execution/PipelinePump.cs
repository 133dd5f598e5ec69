using System.Collections.Concurrent;
using System.Diagnostics;

namespace PipelineTrigger.Execution;

/// <summary>Runs the actions of asynchronous work on the pipeline thread, the only one that may write or prompt.</summary>
internal sealed class PipelinePump : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastTick = TimeSpan.FromMilliseconds(50);

    // Ctrl+C must not wait for a network share or container that does not respond.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(1.5);

    // Work that is faster than the pipeline waits when this many actions are queued.
    private const int Capacity = 4096;

    private readonly BlockingCollection<Action> actions = new(Capacity);

    /// <summary>Queues an action for the pipeline thread. Can be called from any thread. Waits while the queue is full.</summary>
    public void Post(Action action)
    {
        try
        {
            actions.Add(action);
        }
        catch (Exception e) when (e is ObjectDisposedException or InvalidOperationException)
        {
            // The cmdlet has ended.
        }
    }

    /// <summary>Runs the queued actions until the work has ended and the queue is empty. Rethrows the exception of the work.</summary>
    /// <param name="onTick">Called about once a second while the work is in progress.</param>
    /// <param name="stop">Cancelled when the command is stopped. Work that does not end soon after is abandoned.</param>
    /// <exception cref="OperationCanceledException">The work did not end in time after a stop.</exception>
    public void Run(Task work, Action onTick, CancellationToken stop)
    {
        if (!work.IsCompleted)
        {
            _ = work.ContinueWith(_ => Post(static () => { }), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        var sinceStop = default(Stopwatch);
        while (!work.IsCompleted || actions.Count > 0)
        {
            if (actions.TryTake(out var action, stop.IsCancellationRequested ? LastTick : Tick))
            {
                action();
            }
            else if (!stop.IsCancellationRequested)
            {
                onTick();
            }

            if (stop.IsCancellationRequested && (sinceStop ??= Stopwatch.StartNew()).Elapsed > StopLimit)
            {
                throw new OperationCanceledException(stop);
            }
        }

        work.GetAwaiter().GetResult();
    }

    /// <summary>Runs the queued actions.</summary>
    public void Drain()
    {
        while (actions.TryTake(out var action))
        {
            action();
        }
    }

    /// <summary>Makes <see cref="Run"/> check its token at once. Can be called from any thread, and does not wait.</summary>
    public void Wake()
    {
        try
        {
            actions.TryAdd(static () => { });
        }
        catch (Exception e) when (e is ObjectDisposedException or InvalidOperationException)
        {
            // The cmdlet has ended.
        }
    }

    /// <summary>Rejects further actions.</summary>
    public void Close()
    {
        try
        {
            actions.CompleteAdding();
        }
        catch (ObjectDisposedException)
        {
            // The cmdlet has ended.
        }
    }

    /// <summary>Waits for the work to end, and ignores its failure.</summary>
    public static void Join(Task work)
    {
        try
        {
            work.GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is OperationCanceledException or PipelineException) { }
    }

    /// <summary>Waits like <see cref="Join"/>, but no longer than a stop may take.</summary>
    public static void JoinInTime(Task work) => Join(Task.WhenAny(work, Task.Delay(StopLimit)));

    /// <summary>The work's result; null if it does not end within the limit. The work continues.</summary>
    public static T? Within<T>(TimeSpan limit, Task<T> work)
        where T : class
    {
        Task.WhenAny(work, Task.Delay(limit)).GetAwaiter().GetResult();
        return work.Status == TaskStatus.RanToCompletion ? work.Result : null;
    }

    public void Dispose() => actions.Dispose();
}
