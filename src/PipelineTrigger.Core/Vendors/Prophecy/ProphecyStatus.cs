namespace PipelineTrigger.Core.Vendors.Prophecy;

/// <summary>Maps Prophecy's runStatus, of which three values are known.</summary>
internal static class ProphecyStatus
{
    public static string Of(string? runStatus) =>
        runStatus switch
        {
            "RUNNING" => PipelineRunStatus.Running,
            "SUCCEEDED" => PipelineRunStatus.Succeeded,
            "ERROR" => PipelineRunStatus.Failed,
            _ => PipelineRunStatus.Unknown,
        };
}
