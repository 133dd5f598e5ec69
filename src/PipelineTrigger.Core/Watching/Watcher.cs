using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Watching;

/// <summary>The progress of a watch.</summary>
/// <param name="Total">The number of runs, including those that have ended.</param>
/// <param name="Finished">The number of runs that have ended or failed.</param>
/// <param name="GoingOn">Some of the unfinished runs, as last seen.</param>
internal sealed record WatchProgress(int Total, int Finished, IReadOnlyList<PipelineRun> GoingOn);

/// <summary>Watches the runs of any number of connections, with one loop for each connection.</summary>
internal sealed class Watcher : IDisposable
{
    private readonly OperationOptions options;
    private readonly TimeProvider time;
    private readonly CountingObserver observer;
    private readonly CancellationTokenSource end;
    private readonly Random random = new();
    private readonly object gate = new();
    private readonly Dictionary<IRunSource, (WatchGroup Group, Task Loop)> groups = [];
    private readonly HashSet<(IRunSource Source, string RunId)> known = [];
    private int total;

    /// <summary>Creates a watch that ends with the token.</summary>
    public Watcher(OperationOptions options, IOperationObserver observer, TimeProvider time, CancellationToken cancellationToken)
    {
        this.options = options;
        this.time = time;
        end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        this.observer = new(observer, options.Any ? end : null);
    }

    /// <summary>Adds a run and starts to watch it.</summary>
    /// <param name="source">The run's connection.</param>
    /// <param name="run">The run.</param>
    /// <param name="isNew">Whether it was just triggered.</param>
    /// <returns>False if the run was added before; it is then neither read nor reported twice.</returns>
    public bool Add(IRunSource source, PipelineRun run, bool isNew = false)
    {
        var isFirst = false;
        lock (gate)
        {
            if (!known.Add((source, run.RunId)))
            {
                return false;
            }

            total++;
            if (!groups.TryGetValue(source, out var entry))
            {
                isFirst = true;
                var group = new WatchGroup(source, options.PollInterval, time, NextRandom, observer);
                entry = (group, Task.Run(() => group.RunAsync(end.Token)));
                groups.Add(source, entry);
            }

            entry.Group.Add(run, isNew);
        }

        if (isFirst && options.PollInterval < source.Pace.Floor)
        {
            observer.Warning(
                $"-PollIntervalSec {options.PollInterval.Value.TotalSeconds:0} is below the {source.Pace.Floor.TotalSeconds:0} s "
                    + $"recommended for {source.Vendor}, which may reject calls that are more frequent."
            );
        }

        return true;
    }

    /// <summary>
    /// Ends the input, and returns when all runs have ended, or the first one if <see cref="OperationOptions.Any"/> is set.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async Task CompleteAsync()
    {
        foreach (var (group, _) in Entries())
        {
            group.Close();
        }

        try
        {
            await Task.WhenAll(Entries().Select(e => e.Loop)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (options.Any && observer.HasFirst) { }
    }

    /// <summary>Waits until all loops have ended, for whatever reason.</summary>
    public Task SettleAsync() =>
        Task.WhenAll(
            Entries()
                .Select(e =>
                    e.Loop.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default)
                )
        );

    public WatchProgress Progress(int most)
    {
        lock (gate)
        {
            return new(total, observer.Finished, [.. groups.Values.SelectMany(e => e.Group.GoingOn(most)).Take(most)]);
        }
    }

    /// <summary>The runs that have not ended, with their connections.</summary>
    public IReadOnlyList<(IRunSource Source, PipelineRun Run)> GoingOn()
    {
        lock (gate)
        {
            return [.. groups.SelectMany(g => g.Value.Group.GoingOn(int.MaxValue).Select(run => (g.Key, run)))];
        }
    }

    public void Dispose() => end.Dispose();

    private List<(WatchGroup Group, Task Loop)> Entries()
    {
        lock (gate)
        {
            return [.. groups.Values];
        }
    }

    private double NextRandom()
    {
        lock (random)
        {
            return random.NextDouble();
        }
    }

    /// <summary>Counts the finished runs, and ends the watch at the first one if that is requested.</summary>
    private sealed class CountingObserver(IOperationObserver inner, CancellationTokenSource? endAtFirst) : IOperationObserver
    {
        private int finished;
        private PipelineRun? first;

        public int Finished => Volatile.Read(ref finished);

        /// <summary>Whether a run has ended.</summary>
        public bool HasFirst => Volatile.Read(ref first) is not null;

        public bool IsVerbose => inner.IsVerbose;

        public void Verbose(string message) => inner.Verbose(message);

        public void Warning(string message) => inner.Warning(message);

        public void Completed(PipelineRun run)
        {
            if (Interlocked.CompareExchange(ref first, run, null) is not null && endAtFirst is not null)
            {
                return;
            }

            Interlocked.Increment(ref finished);
            inner.Completed(run);
            endAtFirst?.Cancel();
        }

        public void Failed(PipelineException error, object? target)
        {
            if (error.ErrorId != PipelineErrorId.RunFailed)
            {
                Interlocked.Increment(ref finished);
            }
            else if (endAtFirst is not null && !ReferenceEquals(error.Run, first))
            {
                return;
            }

            inner.Failed(error, target);
        }
    }
}
