using System.Collections.Concurrent;

namespace PipelineTrigger.Core.Time;

/// <summary>A stretch of time by the vendor's clock, UTC.</summary>
internal readonly record struct VendorSpan(DateTime From, DateTime Until)
{
    public bool Contains(DateTime time) => time >= From && time <= Until;
}

/// <summary>
/// What the vendor's clock shows, as the <c>Date</c> headers of its answers tell (RFC 9110, 6.6.1). No machine's clock is compared with it. Between two answers
/// time passes by what the monotonic clock and the wall clock of this machine show, whichever leaves more doubt: one does not jump, the other counts a sleep.
/// Thread-safe.
/// </summary>
internal sealed class VendorClock(TimeProvider time)
{
    // A date is as coarse as this.
    private static readonly TimeSpan Resolution = TimeSpan.FromSeconds(1);

    // A vendor may answer from several hosts, each with a clock of its own.
    private readonly ConcurrentDictionary<string, Observation> latest = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A moment of this machine, by both of its clocks.</summary>
    public Moment Here => new(time.GetTimestamp(), time.GetUtcNow().UtcDateTime);

    /// <summary>Takes note of a dated answer.</summary>
    /// <param name="host">Who answered.</param>
    /// <param name="asked">The moment before the request was sent.</param>
    public void Observe(string host, DateTimeOffset date, Moment asked) => latest[host] = new(date.UtcDateTime, asked, Here);

    /// <summary>Now, by the vendor's clock: not before and not after. Null while no answer was dated.</summary>
    public VendorSpan? Now()
    {
        var now = Here;
        VendorSpan? widest = null;
        foreach (var seen in latest.Values)
        {
            var (from, until) = (seen.Date + Passed(seen.Answered, now).Least, seen.Date + Resolution + Passed(seen.Asked, now).Most);
            widest = widest is { } span
                ? new(from < span.From ? from : span.From, until > span.Until ? until : span.Until)
                : new(from, until);
        }

        return widest;
    }

    private (TimeSpan Least, TimeSpan Most) Passed(Moment since, Moment now)
    {
        var (steady, wall) = (time.GetElapsedTime(since.Stamp, now.Stamp), now.Wall - since.Wall);
        return steady < wall ? (steady, wall) : (wall, steady);
    }

    /// <summary>A moment of this machine.</summary>
    /// <param name="Stamp">Of the monotonic clock.</param>
    /// <param name="Wall">UTC.</param>
    internal readonly record struct Moment(long Stamp, DateTime Wall);

    private sealed record Observation(DateTime Date, Moment Asked, Moment Answered);
}
