namespace PipelineTrigger.Core.Runs;

/// <summary>One run under watch.</summary>
internal sealed class WatchedRun(PipelineRun run)
{
    /// <summary>As last seen.</summary>
    public PipelineRun Run { get; set; } = run;

    /// <summary>How many looks there were.</summary>
    public int Looks { get; set; }

    /// <summary>When the next look is due, on the monotonic clock.</summary>
    public long Due { get; set; }

    /// <summary>Whether its unknown status was already told.</summary>
    public bool ToldUnknown { get; set; }
}
