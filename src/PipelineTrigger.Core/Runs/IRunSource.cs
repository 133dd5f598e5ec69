namespace PipelineTrigger.Core.Runs;

/// <summary>Where runs are started, read and stopped: a connection at work.</summary>
internal interface IRunSource
{
    /// <summary>The connection's name.</summary>
    string Name { get; }

    /// <summary>One of the constants of <see cref="PipelineVendor"/>.</summary>
    string Vendor { get; }

    PollPace Pace { get; }

    /// <summary>The run of one trigger, made sure of on these terms.</summary>
    Task<PipelineRun> TriggerAsync(
        TriggerRequest request,
        IdempotencyOptions terms,
        IOperationObserver observer,
        CancellationToken cancellationToken
    );

    Task<PipelineRun> ReadAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken);

    Task<PipelineRun> StopAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken);

    /// <summary>Waits until what was recorded of its runs has been written.</summary>
    Task FlushAsync(CancellationToken cancellationToken);

    /// <summary>Whether the run was triggered so recently that the vendor may not find it yet.</summary>
    bool IsFresh(PipelineRun run);

    /// <summary>Whether the run was cancelled through this connection.</summary>
    bool WasStoppedHere(PipelineRun run);
}
