namespace PipelineTrigger.Core.Vendors.Mage;

/// <summary>Mage's run statuses in our words; these are all there are.</summary>
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
