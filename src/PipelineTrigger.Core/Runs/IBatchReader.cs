namespace PipelineTrigger.Core.Runs;

/// <summary>A vendor that can read many runs in few requests.</summary>
internal interface IBatchReader
{
    /// <summary>
    /// Reads runs together, and reports each by its index in the list. A run that it does not report (because it was not found, or has
    /// ended and has more to read) must be read individually.
    /// </summary>
    /// <param name="known">The runs, as last seen.</param>
    /// <param name="seen">Receives the index and the new state of a run, as soon as it is read.</param>
    /// <param name="observer">Receives verbose messages.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="PipelineException">A request failed; the runs reported before remain valid.</exception>
    Task ReadManyAsync(
        IReadOnlyList<PipelineRun> known,
        Action<int, PipelineRun> seen,
        IOperationObserver observer,
        CancellationToken cancellationToken
    );
}

/// <summary>A run source whose vendor may be able to read many runs at once.</summary>
internal interface IBatchSource : IRunSource
{
    /// <summary>Null if runs can only be read individually.</summary>
    IBatchReader? Batches { get; }
}
