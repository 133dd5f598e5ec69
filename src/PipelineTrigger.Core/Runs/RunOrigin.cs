namespace PipelineTrigger.Core.Runs;

/// <summary>The detail of a run that says how it was found, if the answer to the trigger did not name it.</summary>
internal static class RunOrigin
{
    /// <summary>The detail's name.</summary>
    public const string Detail = "Origin";

    public const string Adopted = "adopted: the answer to the trigger was lost, and the run was found at the vendor";

    public const string Reattached = "re-attached";

    /// <summary>Whether an earlier command triggered the run with the same key.</summary>
    public static bool IsReattached(PipelineRun run) =>
        run.Details.TryGetValue(Detail, out var origin) && origin.StartsWith(Reattached, StringComparison.Ordinal);
}
