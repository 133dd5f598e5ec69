namespace PipelineTrigger.Core.Vendors.Supaflow;

/// <summary>Maps Supaflow's job statuses. Only the six final ones are documented; any other means that the job has not ended.</summary>
internal static class SupaflowStatus
{
    public const string Cancelled = "cancelled";

    /// <summary>A filter for the statuses that can be cancelled.</summary>
    public const string CancellableFilter = "job_status=in.(queued,picked,running)";

    public static string Of(string? status) =>
        status switch
        {
            "queued" or "picked" or "pending" or "nil" => PipelineRunStatus.Queued,
            "running" => PipelineRunStatus.Running,
            "completed" => PipelineRunStatus.Succeeded,
            "completed_with_warning" => PipelineRunStatus.SucceededWithWarnings,
            "failed" => PipelineRunStatus.Failed,
            Cancelled => PipelineRunStatus.Cancelled,
            "timed_out" => PipelineRunStatus.TimedOut,
            "skipped" => PipelineRunStatus.Skipped,
            _ => PipelineRunStatus.Unknown,
        };
}
