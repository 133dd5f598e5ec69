namespace PipelineTrigger.Core.Http;

/// <summary>The time-outs and limits of the sender.</summary>
public sealed record SenderOptions
{
    /// <summary>The clock for delays, time-outs and timestamps.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The time-out of one attempt of a read, a cancellation or a sign-in.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The time-out of one attempt of a trigger, after which its outcome is unknown.</summary>
    public TimeSpan TriggerTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>How long a trigger in flight may continue after a cancellation.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>The maximum number of retries of a call.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>The delay before the first retry; it doubles with each retry, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest delay before a retry, unless the vendor asks for a longer one.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The longest <c>Retry-After</c> that a call waits for; a longer one ends the call with RateLimited or VendorUnavailable.
    /// </summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The maximum size of an answer, in bytes after decompression.</summary>
    public int MaxAnswerBytes { get; init; } = 8 * 1024 * 1024;
}
