using PipelineTrigger.Benchmarks.Emulation;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;
using PipelineTrigger.Core.Watching;

namespace PipelineTrigger.Benchmarks.Watching;

/// <summary>
/// Runs a watch and takes marks between its rounds. A round is as many looks as there are runs, however the watch
/// groups them.
/// </summary>
/// <param name="marks">After how many rounds, rising.</param>
internal sealed class WatchMeter(Tenant tenant, ConnectionClient client, TimeProvider clock, IReadOnlyList<int> marks) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1);
    private readonly List<WatchMark> taken = [];
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether managed memory is measured too.</summary>
    public bool WithMemory { get; init; }

    /// <summary>Done after each mark, while the watch waits.</summary>
    public Func<int, Task> AtMark { get; init; } = static _ => Task.CompletedTask;

    /// <summary>The watch at the vendor's own pace, as the clock has it.</summary>
    /// <param name="count">Of the runs.</param>
    public async Task<IReadOnlyList<WatchMark>> RunAsync(IEnumerable<PipelineRun> runs, int count, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var source = new ProbedSource(client, looks => BeforeLookAsync(looks, count, cancellationToken));
        using var watcher = new Watcher(OperationOptions.Create(), new TallyObserver(), clock, end.Token);
        foreach (var run in runs)
        {
            watcher.Add(source, run);
        }

        var watch = watcher.CompleteAsync();
        if (await Task.WhenAny(done.Task, watch).WaitAsync(cancellationToken) == watch)
        {
            throw new InvalidOperationException("The watch ended before its last mark.", watch.Exception);
        }

        await done.Task;
        await end.CancelAsync();
        await watcher.SettleAsync();
        return taken;
    }

    public void Dispose() => gate.Dispose();

    private async Task BeforeLookAsync(long looks, int count, CancellationToken cancellationToken)
    {
        if (taken.Count == marks.Count || looks < (long)marks[taken.Count] * count)
        {
            return;
        }

        await gate.WaitAsync(cancellationToken);
        try
        {
            if (taken.Count < marks.Count && looks >= (long)marks[taken.Count] * count)
            {
                await TakeAsync(looks, cancellationToken);
            }
        }
        catch (Exception e)
        {
            done.TrySetException(e);
            throw;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task TakeAsync(long looks, CancellationToken cancellationToken)
    {
        var before = Environment.CpuUsage.TotalTime;
        var counts = await tenant.CountsAsync(client.Vendor, cancellationToken);
        var memory = WithMemory ? GC.GetTotalMemory(forceFullCollection: true) : 0;
        await AtMark(taken.Count);
        taken.Add(new(looks, counts, memory, before, Environment.CpuUsage.TotalTime));
        if (taken.Count == marks.Count)
        {
            done.SetResult();
        }
    }
}
