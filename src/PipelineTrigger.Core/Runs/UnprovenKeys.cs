using System.Collections.Concurrent;

namespace PipelineTrigger.Core.Runs;

/// <summary>Keys in doubt that could not be settled because nothing of ours was known at the vendor yet: once the others of an operation are triggered, something is. Thread-safe.</summary>
internal sealed class UnprovenKeys
{
    private readonly ConcurrentQueue<(Action LookAgain, Action Report)> kept = new();

    /// <summary>Keeps one for later.</summary>
    /// <param name="lookAgain">Begins the second look, which releases its place when it ends.</param>
    /// <param name="report">Reports what the first look came to, where there can be no second.</param>
    public void Keep(Action lookAgain, Action report) => kept.Enqueue((lookAgain, report));

    /// <summary>Begins the second look at each.</summary>
    public async Task LookAgainAsync(SemaphoreSlim places, CancellationToken end)
    {
        while (kept.TryDequeue(out var key))
        {
            if (end.IsCancellationRequested)
            {
                key.Report();
                continue;
            }

            await places.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            key.LookAgain();
        }
    }
}
