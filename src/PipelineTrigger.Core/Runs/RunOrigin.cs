namespace PipelineTrigger.Core.Runs;

/// <summary>How a run became known, where it was not told in answer to the trigger: a detail of the run.</summary>
internal static class RunOrigin
{
    /// <summary>The detail's name.</summary>
    public const string Detail = "Origin";

    public const string Adopted = "adopted: the answer to the trigger was lost, and the run was found at the vendor";

    public const string Reattached = "re-attached";

    /// <summary>Whether the run had been triggered before, with the same key.</summary>
    public static bool IsReattached(PipelineRun run) =>
        run.Details.TryGetValue(Detail, out var origin) && origin.StartsWith(Reattached, StringComparison.Ordinal);
}
