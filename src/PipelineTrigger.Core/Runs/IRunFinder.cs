namespace PipelineTrigger.Core.Runs;

/// <summary>The subject of a trigger: the pipeline among whose runs the trigger's run is found.</summary>
/// <param name="Name">The vendor's name for the pipeline, by which its runs can be listed.</param>
/// <param name="User">The vendor's id of the user whose runs count, if runs carry no correlation id; null if they do.</param>
internal sealed record TriggerSubject(string Name, string? User);

/// <summary>A run in a vendor's list.</summary>
/// <param name="Run">The run.</param>
/// <param name="CorrelationId">The correlation id sent with its trigger; null if none was sent or the vendor does not report it.</param>
/// <param name="MayBeOurs">Whether this connection's user may have triggered it through the API.</param>
internal sealed record ListedRun(PipelineRun Run, string? CorrelationId, bool MayBeOurs);

/// <summary>The runs of a subject.</summary>
/// <param name="Runs">The runs.</param>
/// <param name="IsComplete">Whether the list certainly contains every run created since the requested time.</param>
internal sealed record RunListing(IReadOnlyList<ListedRun> Runs, bool IsComplete);

/// <summary>A vendor that can list runs, so that the run of a trigger can be found if the answer was lost.</summary>
internal interface IRunFinder
{
    /// <summary>
    /// The vendor's id of the connection's workspace, which idempotency keys belong to; null if the base URI identifies it.
    /// </summary>
    Task<string?> WorkspaceAsync(IOperationObserver observer, CancellationToken cancellationToken);

    /// <summary>The subject of a trigger; null if the run of this trigger could not be found.</summary>
    Task<TriggerSubject?> SubjectAsync(TriggerRequest request, IOperationObserver observer, CancellationToken cancellationToken);

    /// <summary>Lists the subject's runs that were created since a time of the vendor's clock (UTC).</summary>
    /// <exception cref="PipelineException">The list could not be read, or (NotSupported) lacks the columns that are needed.</exception>
    Task<RunListing> ListRunsAsync(
        TriggerSubject subject,
        DateTime since,
        IOperationObserver observer,
        CancellationToken cancellationToken
    );
}
