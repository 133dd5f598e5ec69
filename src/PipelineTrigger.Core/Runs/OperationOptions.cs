namespace PipelineTrigger.Core.Runs;

/// <summary>How an operation over runs goes about it.</summary>
internal sealed record OperationOptions
{
    // What the timers of both frameworks can do.
    private const int MaxSeconds = 2_000_000;
    private const int MaxThrottle = 1000;

    /// <summary>The time for the whole; null: no limit.</summary>
    public TimeSpan? Timeout { get; private init; }

    /// <summary>The caller's own interval between two looks; null: the vendor's pace.</summary>
    public TimeSpan? PollInterval { get; private init; }

    /// <summary>How many triggers may be in flight at once.</summary>
    public int ThrottleLimit { get; private init; } = 10;

    /// <summary>Whether triggered runs are waited for.</summary>
    public bool Wait { get; init; }

    /// <summary>Whether the first run that ends is enough.</summary>
    public bool Any { get; init; }

    /// <summary>Whether the vendors are asked to cancel what still goes on when the time is up.</summary>
    public bool StopOnTimeout { get; init; }

    /// <summary>Whether the vendors are asked to cancel what still goes on when the caller stops the operation.</summary>
    public bool StopOnCancel { get; init; }

    /// <summary>Checked options.</summary>
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
            Timeout = Seconds("TimeoutSec", timeoutSec, "Leave it out for no limit."),
            PollInterval = Seconds("PollIntervalSec", pollIntervalSec, "Leave it out for the vendor's own pace."),
            ThrottleLimit = throttleLimit is < 1 or > MaxThrottle
                ? throw TriggerFields.Invalid($"ThrottleLimit must be from 1 to {MaxThrottle}, not {throttleLimit}.")
                : throttleLimit ?? 10,
            Wait =
                asJob && !wait
                    ? throw TriggerFields.Invalid("AsJob goes with -Wait: without it there is nothing to wait for in a job.")
                    : wait,
        };

    private static TimeSpan? Seconds(string name, int? value, string hint) =>
        value switch
        {
            null => null,
            < 1 or > MaxSeconds => throw TriggerFields.Invalid($"{name} must be from 1 to {MaxSeconds} seconds, not {value}. {hint}"),
            _ => TimeSpan.FromSeconds(value.Value),
        };
}
