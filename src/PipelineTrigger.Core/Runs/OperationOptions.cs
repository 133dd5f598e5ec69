namespace PipelineTrigger.Core.Runs;

/// <summary>The options of an operation over runs.</summary>
internal sealed record OperationOptions
{
    // The longest delay that the timers of both frameworks support.
    private const int MaxSeconds = 2_000_000;
    private const int MaxThrottle = 1000;

    /// <summary>The time-out of the whole operation; null for no limit.</summary>
    public TimeSpan? Timeout { get; private init; }

    /// <summary>The interval between two reads of a run; null for the vendor's pace.</summary>
    public TimeSpan? PollInterval { get; private init; }

    /// <summary>The maximum number of triggers in flight.</summary>
    public int ThrottleLimit { get; private init; } = 10;

    /// <summary>Whether to wait for triggered runs.</summary>
    public bool Wait { get; init; }

    /// <summary>Whether the wait ends with the first run that ends.</summary>
    public bool Any { get; init; }

    /// <summary>Whether to ask the vendors to cancel unfinished runs when the time-out elapses.</summary>
    public bool StopOnTimeout { get; init; }

    /// <summary>Whether to ask the vendors to cancel unfinished runs when the caller stops the operation.</summary>
    public bool StopOnCancel { get; init; }

    /// <summary>Validates and creates the options.</summary>
    /// <exception cref="PipelineException">InvalidInput.</exception>
    public static OperationOptions Create(
        int? timeoutSec = null,
        int? pollIntervalSec = null,
        int? throttleLimit = null,
        bool wait = false,
        bool asJob = false
    ) =>
        new()
        {
            Timeout = Seconds("TimeoutSec", timeoutSec, "Omit it for no limit."),
            PollInterval = Seconds("PollIntervalSec", pollIntervalSec, "Omit it for the vendor's own pace."),
            ThrottleLimit = throttleLimit is < 1 or > MaxThrottle
                ? throw TriggerFields.Invalid($"ThrottleLimit must be from 1 to {MaxThrottle}, not {throttleLimit}.")
                : throttleLimit ?? 10,
            Wait = asJob && !wait ? throw TriggerFields.Invalid("-AsJob requires -Wait, because the job waits for the runs.") : wait,
        };

    private static TimeSpan? Seconds(string name, int? value, string hint) =>
        value switch
        {
            null => null,
            < 1 or > MaxSeconds => throw TriggerFields.Invalid($"{name} must be from 1 to {MaxSeconds} seconds, not {value}. {hint}"),
            _ => TimeSpan.FromSeconds(value.Value),
        };
}
