using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Watching;

/// <summary>When a run is looked at next: apart from the loop that looks.</summary>
/// <param name="pace">The vendor's.</param>
/// <param name="fixedInterval">The caller's own interval; null: the vendor's pace.</param>
/// <param name="random">0 to 1, for jitter.</param>
internal sealed class DelayStrategy(PollPace pace, TimeSpan? fixedInterval, Func<double> random)
{
    /// <summary>The longest pause that a vendor may ask for: no word of one answer stops a wait for days.</summary>
    public static readonly TimeSpan LongestAskedFor = TimeSpan.FromMinutes(15);

    private const double MostJitter = 0.1;

    /// <summary>A fresh jitter: how much longer than the pace a pause may be, as a part of it.</summary>
    public double Jitter() => MostJitter * random();

    /// <summary>The pause after a look.</summary>
    /// <param name="looks">How many looks there were, from 1.</param>
    /// <param name="retryAfter">What the vendor asked for; it wins where it is longer, up to <see cref="LongestAskedFor"/>.</param>
    /// <param name="jitter">One that is shared with others; null: a fresh one.</param>
    public TimeSpan Next(int looks, TimeSpan? retryAfter, double? jitter = null)
    {
        var pause = fixedInterval ?? Paced(looks, jitter ?? Jitter());
        var asked =
            retryAfter < LongestAskedFor ? retryAfter.Value
            : retryAfter is null ? TimeSpan.Zero
            : LongestAskedFor;
        return asked > pause ? asked : pause;
    }

    // Never below the floor: the jitter only adds.
    private TimeSpan Paced(int looks, double jitter)
    {
        var seconds = Math.Min(pace.Floor.TotalSeconds * Math.Pow(pace.Growth, Math.Max(looks, 1) - 1), pace.Ceiling.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (1 + jitter));
    }
}
