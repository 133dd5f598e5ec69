namespace PipelineTrigger.Core.Http;

/// <summary>Waiting on a <see cref="TimeProvider"/>, in one spelling for both frameworks.</summary>
internal static class Clock
{
#if NET
    public static Task WaitAsync(this TimeProvider time, TimeSpan delay, CancellationToken cancellationToken) =>
        Task.Delay(delay, time, cancellationToken);
#else
    public static Task WaitAsync(this TimeProvider time, TimeSpan delay, CancellationToken cancellationToken) =>
        time.Delay(delay, cancellationToken);
#endif

    public static DateTime UtcDateTime(this TimeProvider time) => time.GetUtcNow().UtcDateTime;
}
