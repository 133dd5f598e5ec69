namespace PipelineTrigger.Core.Runs;

/// <summary>What a trigger's run is looked for among.</summary>
/// <param name="Name">The vendor's name for what runs: all its runs can be listed.</param>
/// <param name="User">Whose runs they are, by the vendor's id, where runs do not tell their triggers apart; null where each run names its own trigger.</param>
internal sealed record TriggerSubject(string Name, string? User);

/// <summary>A run in a vendor's list.</summary>
/// <param name="CorrelationId">What was sent along with its trigger; null where none was, or runs do not tell.</param>
/// <param name="MayBeOurs">Whether this connection's user may have triggered it, by a call like ours.</param>
internal sealed record ListedRun(PipelineRun Run, string? CorrelationId, bool MayBeOurs);

/// <summary>The runs of a subject.</summary>
/// <param name="IsComplete">Whether there surely are no others since the moment asked for.</param>
internal sealed record RunListing(IReadOnlyList<ListedRun> Runs, bool IsComplete);

/// <summary>A vendor that can list runs: what became of a trigger whose answer was lost is looked for there.</summary>
internal interface IRunFinder
{
    /// <summary>Where the connection's keys belong to, within its base URI: the vendor's id of the workspace; null where the base URI says it all.</summary>
    Task<string?> WorkspaceAsync(IOperationObserver observer, CancellationToken cancellationToken);

    /// <summary>What the trigger's run would be found among; null where this vendor, or this trigger, leaves nothing to look for.</summary>
    Task<TriggerSubject?> SubjectAsync(TriggerRequest request, IOperationObserver observer, CancellationToken cancellationToken);

    /// <summary>The subject's runs created since a moment of the vendor's clock.</summary>
    /// <exception cref="PipelineException">It could not be read, or (NotSupported) does not tell what is needed.</exception>
    Task<RunListing> ListRunsAsync(
        TriggerSubject subject,
        DateTime since,
        IOperationObserver observer,
        CancellationToken cancellationToken
    );
}
