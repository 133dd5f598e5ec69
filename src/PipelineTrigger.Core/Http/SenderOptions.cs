namespace PipelineTrigger.Core.Http;

/// <summary>How patient the sender is. The defaults are the product's; tests shorten them.</summary>
public sealed record SenderOptions
{
    /// <summary>The clock of every delay, time-out and time stamp.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How long one attempt of a read, a cancel or a sign-in may take.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one attempt of a trigger may take before its outcome counts as unknown.</summary>
    public TimeSpan TriggerTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>What a trigger in flight is still given after a stop was asked for.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>How many times a call may be repeated.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>The first delay before a repetition; it doubles from one to the next, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest such delay, unless the vendor asks for a longer one.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest <c>Retry-After</c> that is waited for within a call; a longer one ends it as RateLimited or VendorUnavailable.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The largest answer that is read, in bytes after decompression.</summary>
    public int MaxAnswerBytes { get; init; } = 8 * 1024 * 1024;
}
