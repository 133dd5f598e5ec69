using System.Collections.Concurrent;

namespace PipelineTrigger.Core.Time;

/// <summary>A period by the vendor's clock (UTC).</summary>
internal readonly record struct VendorSpan(DateTime From, DateTime Until)
{
    public bool Contains(DateTime time) => time >= From && time <= Until;
}

/// <summary>
/// The vendor's clock, read from the <c>Date</c> headers of its answers (RFC 9110, 6.6.1). It is never compared with a machine's clock.
/// Between two answers, elapsed time is measured on both the monotonic clock and the wall clock of this machine, and the wider range
/// counts: the monotonic clock does not jump, and the wall clock includes sleep. Thread-safe.
/// </summary>
internal sealed class VendorClock(TimeProvider time)
{
    // A Date header has whole seconds.
    private static readonly TimeSpan Resolution = TimeSpan.FromSeconds(1);

    // A vendor may answer from several hosts, each with its own clock.
    private readonly ConcurrentDictionary<string, Observation> latest = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The current time on both clocks of this machine.</summary>
    public Moment Here => new(time.GetTimestamp(), time.GetUtcNow().UtcDateTime);

    /// <summary>Records the date of an answer.</summary>
    /// <param name="host">The host that answered.</param>
    /// <param name="date">The answer's <c>Date</c> header.</param>
    /// <param name="asked">The time before the request was sent.</param>
    public void Observe(string host, DateTimeOffset date, Moment asked) => latest[host] = new(date.UtcDateTime, asked, Here);

    /// <summary>The earliest and the latest time that the vendor's clock can show now. Null until an answer had a date.</summary>
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

    /// <summary>A time on both clocks of this machine.</summary>
    /// <param name="Stamp">The timestamp of the monotonic clock.</param>
    /// <param name="Wall">The time of the wall clock (UTC).</param>
    internal readonly record struct Moment(long Stamp, DateTime Wall);

    private sealed record Observation(DateTime Date, Moment Asked, Moment Answered);
}
