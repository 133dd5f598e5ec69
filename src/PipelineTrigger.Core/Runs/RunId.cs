namespace PipelineTrigger.Core.Runs;

/// <summary>What can be a run's id.</summary>
internal static class RunId
{
    private const int MaxLength = 512;

    /// <summary>Whether it is printable as it stands: else it could carry a command to whoever reads the log.</summary>
    public static bool IsUsable(string runId) => SafeText.Clean(runId, MaxLength) == runId;
}
