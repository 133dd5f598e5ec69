namespace PipelineTrigger.Core.Runs;

/// <summary>How a trigger is to be kept from happening twice.</summary>
internal sealed record IdempotencyOptions
{
    /// <summary>The longest that a key can stand for its run.</summary>
    public static readonly TimeSpan LongestWindow = TimeSpan.FromDays(3650);

    /// <summary>Without a key, and recorded.</summary>
    public static IdempotencyOptions Unkeyed => new();

    /// <summary>The idempotency key; null for none.</summary>
    public string? Key { get; init; }

    /// <summary>How long a key whose run is known stands for that run.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Whether a key whose run ended without success is triggered anew.</summary>
    public bool RetriggerFailed { get; init; }

    /// <summary>Asked before a key in doubt is triggered anew; null where it must not be.</summary>
    public Func<string, CancellationToken, Task<bool>>? RetriggerUnknown { get; init; }

    /// <summary>Whether a trigger without a key is kept in the history.</summary>
    public bool Record { get; init; } = true;
}
