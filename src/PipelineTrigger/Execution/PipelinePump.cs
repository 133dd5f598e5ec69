using System.Collections.Concurrent;
using System.Diagnostics;

namespace PipelineTrigger.Execution;

/// <summary>Brings what asynchronous work has to say to the pipeline thread, the only one that may write, ask or prompt.</summary>
internal sealed class PipelinePump : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastTick = TimeSpan.FromMilliseconds(50);

    // What hangs in a share or a container keeps nobody who has pressed Ctrl+C.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(1.5);

    // Work that finds more than the pipeline takes waits here, and holds no more than this.
    private const int Capacity = 4096;

    private readonly BlockingCollection<Action> actions = new(Capacity);

    /// <summary>Has something done on the pipeline thread; from any thread. Waits while too much is waiting already.</summary>
    public void Post(Action action)
    {
        try
        {
            actions.Add(action);
        }
        catch (Exception e) when (e is ObjectDisposedException or InvalidOperationException)
        {
            // The cmdlet is gone, and with it everybody who would have listened.
        }
    }

    /// <summary>Does what is posted until the work has ended and nothing is left; rethrows what the work threw.</summary>
    /// <param name="onTick">Done about once a second, and never when there is nothing to wait for.</param>
    /// <param name="stop">Whether nobody waits any more: what does not end within its second then goes on without.</param>
    /// <exception cref="OperationCanceledException">The work had not ended within that second.</exception>
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

    /// <summary>Does what has been posted.</summary>
    public void Drain()
    {
        while (actions.TryTake(out var action))
        {
            action();
        }
    }

    /// <summary>Has <see cref="Run"/> look at its token at once; from any thread, and never waits.</summary>
    public void Wake()
    {
        try
        {
            actions.TryAdd(static () => { });
        }
        catch (Exception e) when (e is ObjectDisposedException or InvalidOperationException)
        {
            // Nobody runs.
        }
    }

    /// <summary>Nothing is done any more, and nobody waits for it to be.</summary>
    public void Close()
    {
        try
        {
            actions.CompleteAdding();
        }
        catch (ObjectDisposedException)
        {
            // It is closed for good.
        }
    }

    /// <summary>Waits for the work to end, whatever it has to say.</summary>
    public static void Join(Task work)
    {
        try
        {
            work.GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is OperationCanceledException or PipelineException) { }
    }

    /// <summary>As <see cref="Join"/>, for no longer than a stop may take.</summary>
    public static void JoinInTime(Task work) => Join(Task.WhenAny(work, Task.Delay(StopLimit)));

    /// <summary>The work's result, if it comes within the limit; the work goes on without.</summary>
    public static T? Within<T>(TimeSpan limit, Task<T> work)
        where T : class
    {
        Task.WhenAny(work, Task.Delay(limit)).GetAwaiter().GetResult();
        return work.Status == TaskStatus.RanToCompletion ? work.Result : null;
    }

    public void Dispose() => actions.Dispose();
}
