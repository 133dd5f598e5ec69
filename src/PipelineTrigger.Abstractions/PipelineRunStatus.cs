namespace PipelineTrigger;

/// <summary>The statuses of a run, which are the same for every vendor.</summary>
public static class PipelineRunStatus
{
    /// <summary>Created but not started.</summary>
    public const string Queued = "Queued";

    /// <summary>Running.</summary>
    public const string Running = "Running";

    /// <summary>Ended successfully.</summary>
    public const string Succeeded = "Succeeded";

    /// <summary>Ended successfully, with issues that the vendor calls non-fatal.</summary>
    public const string SucceededWithWarnings = "SucceededWithWarnings";

    /// <summary>Ended with an error.</summary>
    public const string Failed = "Failed";

    /// <summary>Cancelled by a person or by a limit.</summary>
    public const string Cancelled = "Cancelled";

    /// <summary>Ended by the vendor's time limit.</summary>
    public const string TimedOut = "TimedOut";

    /// <summary>Ended without doing any work.</summary>
    public const string Skipped = "Skipped";

    /// <summary>A vendor status that this version does not know; never counts as success or as final.</summary>
    public const string Unknown = "Unknown";

    /// <summary>Whether a run with this status has ended.</summary>
    /// <param name="status">One of the constants of this class.</param>
    public static bool IsFinal(string? status) =>
        status is Succeeded or SucceededWithWarnings or Failed or Cancelled or TimedOut or Skipped;

    /// <summary>Whether a run with this status has ended successfully.</summary>
    /// <param name="status">One of the constants of this class.</param>
    public static bool IsSuccess(string? status) => status is Succeeded or SucceededWithWarnings;
}
