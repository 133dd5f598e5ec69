namespace PipelineTrigger.Core.Once;

/// <summary>The result of one search for the run of a lost trigger.</summary>
/// <param name="Run">The run that was found and adopted; null for none.</param>
/// <param name="IsAbsent">Whether there is certainly none.</param>
/// <param name="Reason">Why neither is known, as a part of a sentence.</param>
internal sealed record SearchResult(PipelineRun? Run, bool IsAbsent, string Reason)
{
    public static SearchResult Absent => new(null, true, "");

    /// <summary>Whether another search cannot change the result.</summary>
    public bool IsHopeless { get; init; }

    /// <summary>Whether the answer was not a list of this vendor's.</summary>
    public bool IsGarbled { get; init; }

    /// <summary>How long after the horizon the result may still change.</summary>
    public TimeSpan Longer { get; init; }

    /// <summary>The run that was found, once the trigger's record has adopted it.</summary>
    public static async Task<SearchResult> AdoptedAsync(PendingTrigger trigger, PipelineRun run)
    {
        await trigger.Record.AdoptAsync(run).ConfigureAwait(false);
        return new(run, false, "");
    }

    public static SearchResult Open(string reason) => new(null, false, reason);
}
