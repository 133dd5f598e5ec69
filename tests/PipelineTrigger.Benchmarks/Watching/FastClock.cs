using System.Diagnostics;

namespace PipelineTrigger.Benchmarks.Watching;

/// <summary>A clock that goes faster than the world's, so that a watch at a vendor's own pace fits into a benchmark. Nothing else about the watch changes.</summary>
internal sealed class FastClock(double speed) : TimeProvider
{
    private readonly long start = Stopwatch.GetTimestamp();
    private readonly DateTimeOffset startedAt = DateTimeOffset.UtcNow;

    /// <summary>The speed at which an interval takes as long as is said.</summary>
    public static FastClock For(TimeSpan interval, TimeSpan shallTake) => new(interval / shallTake);

    public override long GetTimestamp() => start + (long)((Stopwatch.GetTimestamp() - start) * speed);

    public override DateTimeOffset GetUtcNow() => startedAt + Stopwatch.GetElapsedTime(start) * speed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new FastTimer(System.CreateTimer(callback, state, Scaled(dueTime), Scaled(period)), this);

    // Rounded up: a timer that goes off too early makes its owner wait in a circle.
    private TimeSpan Scaled(TimeSpan span) => span == Timeout.InfiniteTimeSpan ? span : TimeSpan.FromMilliseconds(Math.Ceiling(span.TotalMilliseconds / speed));

    private sealed class FastTimer(ITimer inner, FastClock clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(clock.Scaled(dueTime), clock.Scaled(period));

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
