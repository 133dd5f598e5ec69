using System.Diagnostics;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Benchmarks.Watching;

/// <summary>
/// A clock that goes faster than the world's, so that a watch at a vendor's own pace fits into a benchmark. Nothing
/// else about the watch changes.
/// </summary>
internal sealed class FastClock(double speed, DateTimeOffset? start = null) : TimeProvider
{
    private readonly long origin = Stopwatch.GetTimestamp();
    private readonly DateTimeOffset startedAt = start ?? DateTimeOffset.UtcNow;

    // Next to nothing: single reads then follow each other as fast as they can. Ten a second would take hours.
    private static readonly TimeSpan NoPause = TimeSpan.FromMicroseconds(300);

    /// <summary>One on which the vendor's longest interval takes as long as is said.</summary>
    public static FastClock For(IRunSource source, TimeSpan interval) => new(source.Pace.Ceiling / interval);

    /// <summary>The same, but where runs are read one by one, as fast as can be.</summary>
    public static FastClock ForRounds(IBatchSource source, TimeSpan interval) => For(source, source.Batches is null ? NoPause : interval);

    public override long GetTimestamp() => origin + (long)((Stopwatch.GetTimestamp() - origin) * speed);

    public override DateTimeOffset GetUtcNow() => startedAt + Stopwatch.GetElapsedTime(origin) * speed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new FastTimer(System.CreateTimer(callback, state, Scaled(dueTime), Scaled(period)), this);

    // Rounded up: a timer that goes off too early makes its owner wait in a circle.
    private TimeSpan Scaled(TimeSpan span) =>
        span == Timeout.InfiniteTimeSpan ? span : TimeSpan.FromMilliseconds(Math.Ceiling(span.TotalMilliseconds / speed));

    private sealed class FastTimer(ITimer inner, FastClock clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(clock.Scaled(dueTime), clock.Scaled(period));

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
