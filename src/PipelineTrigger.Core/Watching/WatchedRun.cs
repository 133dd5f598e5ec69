namespace PipelineTrigger.Core.Watching;

/// <summary>A run that is watched.</summary>
internal sealed class WatchedRun(PipelineRun run)
{
    // A run that was never read fails after this many unusable answers, or after this time.
    private const int MaxUnusableAnswers = 3;
    private static readonly TimeSpan MaxUnusableTime = TimeSpan.FromMinutes(2);

    // A run is read together with others if no more than this fraction of its pause is left.
    private const double JoinsWithin = 0.25;

    private int unusableAnswers;
    private int lastUnusableRead;
    private long firstUnusableAt;

    /// <summary>The run as last seen.</summary>
    public PipelineRun Run { get; set; } = run;

    /// <summary>The number of times that it was read, including failed reads.</summary>
    public int Reads { get; set; }

    /// <summary>When the next read is due, as a timestamp of the monotonic clock.</summary>
    public long Due { get; private set; }

    /// <summary>When it can be read together with others that are due, as a timestamp of the monotonic clock.</summary>
    public long DueWithOthers { get; private set; }

    /// <summary>Whether its read in the current round is complete.</summary>
    public bool IsRead { get; set; }

    /// <summary>Whether it has ended or failed, and is no longer watched.</summary>
    public bool IsDone { get; set; }

    /// <summary>Whether it is certain that the run exists, because it was read or just triggered.</summary>
    public bool WasRead { get; set; }

    /// <summary>Whether the last read did not find it, although an earlier one did.</summary>
    public bool HasVanished { get; set; }

    /// <summary>Whether the last read failed in an outage.</summary>
    public bool IsInOutage { get; set; }

    /// <summary>Whether a warning about its unknown status was written.</summary>
    public bool IsUnknownReported { get; set; }

    /// <summary>Counts an answer that did not come from the vendor.</summary>
    /// <returns>True if the run should fail: it was never read, and got such answers in three reads or for two minutes.</returns>
    public bool CountUnusableAnswer(TimeProvider time)
    {
        if (unusableAnswers == 0)
        {
            firstUnusableAt = time.GetTimestamp();
        }

        if (lastUnusableRead != Reads)
        {
            lastUnusableRead = Reads;
            unusableAnswers++;
        }

        return !WasRead && (unusableAnswers >= MaxUnusableAnswers || time.GetElapsedTime(firstUnusableAt) >= MaxUnusableTime);
    }

    /// <summary>Schedules the next read after this pause.</summary>
    public void ReadAfter(TimeSpan pause, TimeProvider time)
    {
        var ticks = (long)(pause.TotalSeconds * time.TimestampFrequency);
        Due = time.GetTimestamp() + ticks;
        DueWithOthers = Due - (long)(ticks * JoinsWithin);
    }
}
