using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Benchmarks.Watching;

/// <summary>A connection at work that tells, before it looks again, how many looks at single runs there were so far.</summary>
/// <param name="beforeLook">The watch waits for it.</param>
internal sealed class ProbedSource(ConnectionClient inner, Func<long, Task> beforeLook) : IBatchSource, IBatchReader
{
    private long looks;

    public string Name => inner.Name;

    public string Vendor => inner.Vendor;

    public PollPace Pace => inner.Pace;

    public IBatchReader? Batches => inner.Batches is null ? null : this;

    public async Task<PipelineRun> ReadAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken)
    {
        // Where there are batches, a single read only completes one.
        if (inner.Batches is null)
        {
            await beforeLook(Interlocked.Increment(ref looks) - 1);
        }

        return await inner.ReadAsync(known, observer, cancellationToken);
    }

    public async Task ReadManyAsync(
        IReadOnlyList<PipelineRun> known,
        Action<int, PipelineRun> seen,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        await beforeLook(Interlocked.Add(ref looks, known.Count) - known.Count);
        await inner.ReadManyAsync(known, seen, observer, cancellationToken);
    }

    public Task<PipelineRun> TriggerAsync(
        TriggerRequest request,
        IdempotencyOptions terms,
        IOperationObserver observer,
        CancellationToken cancellationToken
    ) => inner.TriggerAsync(request, terms, observer, cancellationToken);

    public Task<PipelineRun> StopAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken) =>
        inner.StopAsync(known, observer, cancellationToken);

    public Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public bool IsFresh(PipelineRun run) => inner.IsFresh(run);

    public bool WasStoppedHere(PipelineRun run) => inner.WasStoppedHere(run);
}
