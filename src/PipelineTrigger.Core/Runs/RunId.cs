namespace PipelineTrigger.Core.Runs;

/// <summary>The rules for the id of a run.</summary>
internal static class RunId
{
    private const int MaxLength = 512;

    /// <summary>Whether the id is safe to print unchanged; otherwise it could carry a command to a terminal or a build agent.</summary>
    public static bool IsUsable(string runId) => SafeText.Clean(runId, MaxLength) == runId;

    /// <summary>The error for an id that the vendor cannot have assigned.</summary>
    /// <param name="vendor">One of the constants of <see cref="PipelineVendor"/>.</param>
    /// <param name="id">The id.</param>
    /// <param name="rule">What the vendor's ids look like, such as "must be a UUID".</param>
    /// <param name="what">What the id identifies.</param>
    public static PipelineException Invalid(string vendor, string id, string rule, string what = "run") =>
        TriggerFields.Invalid($"'{SafeText.Clean(id, 60)}' is not a valid {vendor} {what} id, which {rule}.");
}
