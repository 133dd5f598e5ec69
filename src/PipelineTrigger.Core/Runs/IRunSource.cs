namespace PipelineTrigger.Core.Runs;

/// <summary>Where runs are started, read and stopped: a connection at work.</summary>
internal interface IRunSource
{
    /// <summary>The connection's name.</summary>
    string Name { get; }

    /// <summary>One of the constants of <see cref="PipelineVendor"/>.</summary>
    string Vendor { get; }

    PollPace Pace { get; }

    Task<PipelineRun> TriggerAsync(TriggerRequest request, IOperationObserver observer, CancellationToken cancellationToken);

    Task<PipelineRun> ReadAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken);

    Task<PipelineRun> StopAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken);

    /// <summary>Whether the run was triggered so recently that the vendor may not find it yet.</summary>
    bool IsFresh(PipelineRun run);

    /// <summary>Whether the run was cancelled through this connection.</summary>
    bool WasStoppedHere(PipelineRun run);
}
