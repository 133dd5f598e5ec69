namespace PipelineTrigger.Core.Once;

/// <summary>What a look for the run of a lost trigger came to.</summary>
/// <param name="Run">The run that was found and adopted; null for none.</param>
/// <param name="IsAbsent">Whether there surely is none.</param>
/// <param name="Reason">Why neither is known, as a part of a sentence.</param>
internal sealed record SearchResult(PipelineRun? Run, bool IsAbsent, string Reason)
{
    public static SearchResult Absent => new(null, true, "");

    /// <summary>Whether looking again will not tell more.</summary>
    public bool IsHopeless { get; init; }

    /// <summary>Whether what came was no list of this vendor's.</summary>
    public bool IsGarbled { get; init; }

    /// <summary>How much longer than the horizon it may change.</summary>
    public TimeSpan Longer { get; init; }

    /// <summary>The run that was found, once the trigger's record has adopted it.</summary>
    public static async Task<SearchResult> AdoptedAsync(PendingTrigger trigger, PipelineRun run)
    {
        await trigger.Record.AdoptAsync(run).ConfigureAwait(false);
        return new(run, false, "");
    }

    public static SearchResult Open(string reason) => new(null, false, reason);
}
