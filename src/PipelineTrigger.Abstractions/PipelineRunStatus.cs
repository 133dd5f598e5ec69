namespace PipelineTrigger;

/// <summary>What a run's status can be, the same words for every vendor.</summary>
public static class PipelineRunStatus
{
    /// <summary>Created, not started yet.</summary>
    public const string Queued = "Queued";

    /// <summary>At work.</summary>
    public const string Running = "Running";

    /// <summary>Ended well.</summary>
    public const string Succeeded = "Succeeded";

    /// <summary>Ended well, with issues the vendor calls non-fatal.</summary>
    public const string SucceededWithWarnings = "SucceededWithWarnings";

    /// <summary>Ended with an error.</summary>
    public const string Failed = "Failed";

    /// <summary>Ended because somebody or a limit cancelled it.</summary>
    public const string Cancelled = "Cancelled";

    /// <summary>Ended by the vendor's own time limit.</summary>
    public const string TimedOut = "TimedOut";

    /// <summary>Ended without having done anything.</summary>
    public const string Skipped = "Skipped";

    /// <summary>A word of the vendor's that this version does not know: never success, never final.</summary>
    public const string Unknown = "Unknown";

    /// <summary>Whether a run with this status has ended for good.</summary>
    /// <param name="status">One of the constants of this class.</param>
    public static bool IsFinal(string? status) =>
        status is Succeeded or SucceededWithWarnings or Failed or Cancelled or TimedOut or Skipped;

    /// <summary>Whether a run with this status has ended well.</summary>
    /// <param name="status">One of the constants of this class.</param>
    public static bool IsSuccess(string? status) => status is Succeeded or SucceededWithWarnings;
}
