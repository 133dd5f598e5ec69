using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Watching;

/// <summary>Determines when a run is read next.</summary>
/// <param name="pace">The vendor's pace.</param>
/// <param name="fixedInterval">The caller's interval; null for the vendor's pace.</param>
/// <param name="random">Returns a number from 0 to 1, for jitter.</param>
internal sealed class DelayStrategy(PollPace pace, TimeSpan? fixedInterval, Func<double> random)
{
    /// <summary>The longest pause that a vendor can request, so that a single answer cannot delay a wait for days.</summary>
    public static readonly TimeSpan LongestAskedFor = TimeSpan.FromMinutes(15);

    private const double MostJitter = 0.1;

    /// <summary>A random jitter: the fraction by which a pause is longer than the pace.</summary>
    public double Jitter() => MostJitter * random();

    /// <summary>The pause after a read.</summary>
    /// <param name="reads">The number of reads so far, from 1.</param>
    /// <param name="retryAfter">
    /// The pause that the vendor requested; it counts if it is longer, up to <see cref="LongestAskedFor"/>.
    /// </param>
    /// <param name="jitter">A jitter that several runs share; null for a random one.</param>
    public TimeSpan Next(int reads, TimeSpan? retryAfter, double? jitter = null)
    {
        var pause = fixedInterval ?? Paced(reads, jitter ?? Jitter());
        var asked =
            retryAfter < LongestAskedFor ? retryAfter.Value
            : retryAfter is null ? TimeSpan.Zero
            : LongestAskedFor;
        return asked > pause ? asked : pause;
    }

    // The jitter only lengthens the pause, so that it is never below the floor.
    private TimeSpan Paced(int reads, double jitter)
    {
        var seconds = Math.Min(pace.Floor.TotalSeconds * Math.Pow(pace.Growth, Math.Max(reads, 1) - 1), pace.Ceiling.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (1 + jitter));
    }
}
