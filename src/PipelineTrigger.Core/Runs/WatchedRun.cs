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

    /// <summary>From when on it may be looked at together with others that are due.</summary>
    public long DueWithOthers { get; set; }

    /// <summary>Whether it was told of in the present round.</summary>
    public bool IsTold { get; set; }

    /// <summary>Whether it is done with.</summary>
    public bool IsDone { get; set; }

    /// <summary>Whether its unknown status was already told.</summary>
    public bool ToldUnknown { get; set; }
}
