namespace PipelineTrigger.Core.Time;

/// <summary>Waiting on a <see cref="TimeProvider"/>, in one spelling for both frameworks.</summary>
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

    // Delays are cut to whole milliseconds, so one would end before its time, and its waiter go round until it has come.
    private static TimeSpan RoundedUp(TimeSpan delay) => TimeSpan.FromMilliseconds(Math.Ceiling(delay.TotalMilliseconds));
}
