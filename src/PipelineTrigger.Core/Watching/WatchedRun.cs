namespace PipelineTrigger.Core.Watching;

/// <summary>One run under watch.</summary>
internal sealed class WatchedRun(PipelineRun run)
{
    // What a run that was never read is granted where what answers is no vendor.
    private const int MostStrikes = 3;
    private static readonly TimeSpan LongestStruck = TimeSpan.FromMinutes(2);

    // A run joins a round when no more than this part of its pause is left.
    private const double JoinsWithin = 0.25;

    private int strikes;
    private int lastStrike;
    private long firstStrike;

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

    /// <summary>Whether the vendor has told of it before: then it surely is there.</summary>
    public bool WasRead { get; set; }

    /// <summary>Whether its last look did not find it, although it was read before.</summary>
    public bool HasVanished { get; set; }

    /// <summary>Whether its last look met an outage.</summary>
    public bool MetOutage { get; set; }

    /// <summary>Whether its unknown status was already told.</summary>
    public bool ToldUnknown { get; set; }

    /// <summary>Its present look met what is no answer of the vendor's.</summary>
    /// <returns>Whether no other is to be expected: it was never read, and has met such for three looks or two minutes.</returns>
    public bool Strike(TimeProvider time)
    {
        if (strikes == 0)
        {
            firstStrike = time.GetTimestamp();
        }

        if (lastStrike != Looks)
        {
            lastStrike = Looks;
            strikes++;
        }

        return !WasRead && (strikes >= MostStrikes || time.GetElapsedTime(firstStrike) >= LongestStruck);
    }

    /// <summary>The next look is due after this pause.</summary>
    public void LookAfter(TimeSpan pause, TimeProvider time)
    {
        var ticks = (long)(pause.TotalSeconds * time.TimestampFrequency);
        Due = time.GetTimestamp() + ticks;
        DueWithOthers = Due - (long)(ticks * JoinsWithin);
    }
}
