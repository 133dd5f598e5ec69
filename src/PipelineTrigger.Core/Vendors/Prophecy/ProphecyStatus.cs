namespace PipelineTrigger.Core.Vendors.Prophecy;

/// <summary>Prophecy's runStatus in our words; the three are all there are today.</summary>
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
