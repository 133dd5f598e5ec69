namespace PipelineTrigger.Core.Time;

/// <summary>Delays on a <see cref="TimeProvider"/>, on both frameworks.</summary>
internal static class Clock
{
#if NET
    public static Task WaitAsync(this TimeProvider time, TimeSpan delay, CancellationToken cancellationToken) =>
        Task.Delay(RoundedUp(delay), time, cancellationToken);

    public static CancellationTokenSource CancelAfter(this TimeProvider time, TimeSpan delay) => new(delay, time);
#else
    public static Task WaitAsync(this TimeProvider time, TimeSpan delay, CancellationToken cancellationToken) =>
        time.Delay(RoundedUp(delay), cancellationToken);

    public static CancellationTokenSource CancelAfter(this TimeProvider time, TimeSpan delay) => time.CreateCancellationTokenSource(delay);
#endif

    public static DateTime UtcDateTime(this TimeProvider time) => time.GetUtcNow().UtcDateTime;

    // Timers cut a delay to whole milliseconds: without rounding up it would end too early, and its caller would have to wait again.
    private static TimeSpan RoundedUp(TimeSpan delay) => TimeSpan.FromMilliseconds(Math.Ceiling(delay.TotalMilliseconds));
}
