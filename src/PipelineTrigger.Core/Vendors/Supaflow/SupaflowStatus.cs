namespace PipelineTrigger.Core.Vendors.Supaflow;

/// <summary>Supaflow's job statuses in our words. Only the six final ones are promised; any other means that the job goes on.</summary>
internal static class SupaflowStatus
{
    public const string Cancelled = "cancelled";

    /// <summary>Those a cancel may change, as a filter.</summary>
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
