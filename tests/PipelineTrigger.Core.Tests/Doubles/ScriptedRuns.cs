using System.Collections.Concurrent;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Tests.Doubles;

/// <summary>A connection whose runs go as a test says, on the test's clock.</summary>
internal sealed class ScriptedRuns(ManualClock clock, string name = "nightly") : IBatchSource, IBatchReader
{
    private readonly DateTimeOffset began = clock.GetUtcNow();
    private readonly ConcurrentDictionary<string, (TimeSpan At, string Status)> ends = new();
    private readonly ConcurrentDictionary<string, bool> stopped = new();
    private readonly ConcurrentQueue<(string RunId, TimeSpan At)> looks = new();

    public string Name => name;

    public string Vendor => PipelineVendor.Mage;

    public PollPace Pace { get; init; } = new(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(15), 1.5);

    /// <summary>What is made of a request.</summary>
    public Func<TriggerRequest, CancellationToken, Task<PipelineRun>> OnTrigger { get; set; } =
        static (request, _) => Task.FromResult(new PipelineRun { RunId = request.Target, Status = PipelineRunStatus.Queued });

    /// <summary>What a look finds before the run has ended; may throw.</summary>
    public Func<PipelineRun, TimeSpan, PipelineRun> OnRead { get; set; } = static (run, _) => At(run, PipelineRunStatus.Running);

    /// <summary>Throws what a look at many finds wrong; null: runs are looked at singly.</summary>
    public Action<IReadOnlyList<PipelineRun>>? OnReadMany { get; set; }

    public IBatchReader? Batches => OnReadMany is null ? null : this;

    /// <summary>What a stop leads to; may throw.</summary>
    public Func<PipelineRun, PipelineRun> OnStop { get; set; } = static run => At(run, PipelineRunStatus.Cancelled);

    /// <summary>What a stop waits for.</summary>
    public Func<PipelineRun, CancellationToken, Task> OnStopAsync { get; set; } = (_, _) => clock.HopAsync();

    /// <summary>Throws what writing down what was seen comes to.</summary>
    public Action OnFlush { get; set; } = static () => { };

    /// <summary>How long after the beginning a run may still be on its way.</summary>
    public TimeSpan FreshFor { get; set; }

    /// <summary>The looks, with when they were.</summary>
    public IReadOnlyList<(string RunId, TimeSpan At)> Looks => [.. looks];

    /// <summary>A run as it is known before the first look.</summary>
    public PipelineRun Run(string id, double endsAfter = double.MaxValue, string status = PipelineRunStatus.Succeeded)
    {
        ends[id] = (endsAfter == double.MaxValue ? TimeSpan.MaxValue : TimeSpan.FromSeconds(endsAfter), status);
        return new()
        {
            RunId = id,
            Vendor = Vendor,
            Connection = name,
            Status = PipelineRunStatus.Queued,
        };
    }

    public static PipelineRun At(PipelineRun run, string status)
    {
        var seen = run.Copy();
        seen.Status = status;
        seen.VendorStatus = status.ToLowerInvariant();
        return seen;
    }

    public Task<PipelineRun> TriggerAsync(
        TriggerRequest request,
        IdempotencyOptions idempotency,
        IOperationObserver observer,
        CancellationToken cancellationToken
    ) => OnTrigger(request, cancellationToken);

    public async Task<PipelineRun> ReadAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken)
    {
        await clock.HopAsync();
        cancellationToken.ThrowIfCancellationRequested();
        var now = clock.GetUtcNow() - began;
        looks.Enqueue((known.RunId, now));
        return ends.TryGetValue(known.RunId, out var end) && now >= end.At ? At(known, end.Status) : OnRead(known, now);
    }

    public async Task ReadManyAsync(
        IReadOnlyList<PipelineRun> known,
        Action<int, PipelineRun> seen,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        await clock.HopAsync();
        OnReadMany!(known);
        for (var place = 0; place < known.Count; place++)
        {
            seen(place, await ReadAsync(known[place], observer, cancellationToken));
        }
    }

    public async Task<PipelineRun> StopAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken)
    {
        await OnStopAsync(known, cancellationToken);
        var run = OnStop(known);
        stopped[run.RunId] = true;
        return run;
    }

    public Task FlushAsync(CancellationToken cancellationToken)
    {
        OnFlush();
        return Task.CompletedTask;
    }

    public bool IsFresh(PipelineRun run) => clock.GetUtcNow() - began < FreshFor;

    public bool WasStoppedHere(PipelineRun run) => stopped.ContainsKey(run.RunId);
}
