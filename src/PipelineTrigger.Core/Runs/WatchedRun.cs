namespace PipelineTrigger.Core.Runs;

/// <summary>One run under watch.</summary>
internal sealed class WatchedRun(PipelineRun run)
{
    // A run joins a round when no more than this part of its pause is left.
    private const double JoinsWithin = 0.25;

    /// <summary>As last seen.</summary>
    public PipelineRun Run { get; set; } = run;

    /// <summary>How many looks there were.</summary>
    public int Looks { get; set; }

    /// <summary>When the next look is due, on the monotonic clock.</summary>
    public long Due { get; private set; }

    /// <summary>From when on it may be looked at together with others that are due.</summary>
    public long DueWithOthers { get; private set; }

    /// <summary>Whether it was told of in the present round.</summary>
    public bool IsTold { get; set; }

    /// <summary>Whether it is done with.</summary>
    public bool IsDone { get; set; }

    /// <summary>Whether its last look met an outage.</summary>
    public bool MetOutage { get; set; }

    /// <summary>Whether its unknown status was already told.</summary>
    public bool ToldUnknown { get; set; }

    /// <summary>The next look is due after this pause.</summary>
    public void LookAfter(TimeSpan pause, TimeProvider time)
    {
        var ticks = (long)(pause.TotalSeconds * time.TimestampFrequency);
        Due = time.GetTimestamp() + ticks;
        DueWithOthers = Due - (long)(ticks * JoinsWithin);
    }
}
