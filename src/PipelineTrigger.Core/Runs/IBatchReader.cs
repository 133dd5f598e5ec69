namespace PipelineTrigger.Core.Runs;

/// <summary>A vendor that tells of many runs in few requests.</summary>
internal interface IBatchReader
{
    /// <summary>
    /// Tells of runs by their place in the list, each as soon as it is known. What it does not tell of (not found there, or ended, so that more
    /// is to be known) is to be read singly.
    /// </summary>
    /// <exception cref="PipelineException">A request failed; what was told until then holds.</exception>
    Task ReadManyAsync(
        IReadOnlyList<PipelineRun> known,
        Action<int, PipelineRun> seen,
        IOperationObserver observer,
        CancellationToken cancellationToken
    );
}

/// <summary>A source of runs that may have such a vendor behind it.</summary>
internal interface IBatchSource : IRunSource
{
    /// <summary>Null where runs can only be read singly.</summary>
    IBatchReader? Batches { get; }
}
