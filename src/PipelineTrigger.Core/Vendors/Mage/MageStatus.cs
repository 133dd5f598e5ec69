namespace PipelineTrigger.Core.Vendors.Mage;

/// <summary>Maps Mage's run statuses; these are all that exist.</summary>
internal static class MageStatus
{
    public const string Cancelled = "cancelled";

    public static string Of(string? status) =>
        status switch
        {
            "initial" => PipelineRunStatus.Queued,
            "running" => PipelineRunStatus.Running,
            "completed" => PipelineRunStatus.Succeeded,
            "failed" => PipelineRunStatus.Failed,
            Cancelled => PipelineRunStatus.Cancelled,
            _ => PipelineRunStatus.Unknown,
        };
}
