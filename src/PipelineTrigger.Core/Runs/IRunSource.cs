namespace PipelineTrigger.Core.Runs;

/// <summary>A connection through which runs are triggered, read and stopped.</summary>
internal interface IRunSource
{
    /// <summary>The connection's name.</summary>
    string Name { get; }

    /// <summary>One of the constants of <see cref="PipelineVendor"/>.</summary>
    string Vendor { get; }

    PollPace Pace { get; }

    /// <summary>Triggers one run, at most once as the idempotency options say.</summary>
    Task<PipelineRun> TriggerAsync(
        TriggerRequest request,
        IdempotencyOptions idempotency,
        IOperationObserver observer,
        CancellationToken cancellationToken
    );

    Task<PipelineRun> ReadAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken);

    Task<PipelineRun> StopAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken);

    /// <summary>Waits until the recorded states of its runs have been written.</summary>
    Task FlushAsync(CancellationToken cancellationToken);

    /// <summary>Whether the run was triggered so recently that the vendor may not list it yet.</summary>
    bool IsFresh(PipelineRun run);

    /// <summary>Whether the run was cancelled through this connection.</summary>
    bool WasStoppedHere(PipelineRun run);
}
