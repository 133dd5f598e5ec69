using System.Collections.Concurrent;

namespace PipelineTrigger.Hosting;

/// <summary>Brings what asynchronous work has to say to the pipeline thread, the only one that may write, ask or prompt.</summary>
internal sealed class PipelinePump : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

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
    public void Run(Task work, Action onTick)
    {
        if (!work.IsCompleted)
        {
            _ = work.ContinueWith(_ => Post(static () => { }), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        while (!work.IsCompleted || actions.Count > 0)
        {
            if (actions.TryTake(out var action, Tick))
            {
                action();
            }
            else
            {
                onTick();
            }
        }

        work.GetAwaiter().GetResult();
    }

    /// <summary>Nothing is done any more, and nobody waits for it to be.</summary>
    public void Close() => actions.CompleteAdding();

    /// <summary>Waits for the work to end, whatever it has to say.</summary>
    public static void Join(Task work)
    {
        try
        {
            work.GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is OperationCanceledException or PipelineException)
        {
        }
    }

    /// <summary>The work's result, if it comes within the limit; the work goes on without.</summary>
    public static T? Within<T>(TimeSpan limit, Task<T> work)
        where T : class
    {
        Task.WhenAny(work, Task.Delay(limit)).GetAwaiter().GetResult();
        return work.Status == TaskStatus.RanToCompletion ? work.Result : null;
    }

    public void Dispose() => actions.Dispose();
}
