namespace PipelineTrigger.Core.Runs;

/// <summary>How a pipeline is kept from being triggered twice.</summary>
internal sealed record IdempotencyOptions
{
    /// <summary>The longest time for which a key can be kept.</summary>
    public static readonly TimeSpan LongestWindow = TimeSpan.FromDays(3650);

    /// <summary>No key; the trigger is recorded in the history.</summary>
    public static IdempotencyOptions Unkeyed => new();

    /// <summary>The idempotency key; null for none.</summary>
    public string? Key { get; init; }

    /// <summary>How long a key returns the run that it triggered.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Whether to trigger again if the key's run ended without success.</summary>
    public bool RetriggerFailed { get; init; }

    /// <summary>Asks whether to trigger again if it is not known whether the key created a run; null never to trigger again.</summary>
    public Func<string, CancellationToken, Task<bool>>? RetriggerUnknown { get; init; }

    /// <summary>Whether a trigger without a key is recorded in the history.</summary>
    public bool Record { get; init; } = true;
}
