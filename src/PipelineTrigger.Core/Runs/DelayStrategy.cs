namespace PipelineTrigger.Core.Runs;

/// <summary>When a run is looked at next: apart from the loop that looks.</summary>
/// <param name="pace">The vendor's.</param>
/// <param name="fixedInterval">The caller's own interval; null: the vendor's pace.</param>
/// <param name="random">0 to 1, for jitter.</param>
internal sealed class DelayStrategy(PollPace pace, TimeSpan? fixedInterval, Func<double> random)
{
    private const double Jitter = 0.1;

    /// <summary>The pause after a look.</summary>
    /// <param name="looks">How many looks there were, from 1.</param>
    /// <param name="retryAfter">What the vendor asked for; it wins where it is longer.</param>
    public TimeSpan Next(int looks, TimeSpan? retryAfter)
    {
        var pause = fixedInterval ?? Paced(looks);
        return retryAfter > pause ? retryAfter.Value : pause;
    }

    // Never below the floor: the jitter only adds.
    private TimeSpan Paced(int looks)
    {
        var seconds = Math.Min(pace.Floor.TotalSeconds * Math.Pow(pace.Growth, looks - 1), pace.Ceiling.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (1 + (Jitter * random())));
    }
}
