namespace PipelineTrigger;

/// <summary>
/// The supported platforms: the values of <see cref="PipelineRun.Vendor"/>. They are strings because CLIXML and JSON turn enums into
/// numbers.
/// </summary>
public static class PipelineVendor
{
    /// <summary>Prophecy: https://app.prophecy.io or a self-hosted installation.</summary>
    public const string Prophecy = "Prophecy";

    /// <summary>Mage: always self-hosted.</summary>
    public const string Mage = "Mage";

    /// <summary>Supaflow: https://app.supa-flow.io.</summary>
    public const string Supaflow = "Supaflow";
}
