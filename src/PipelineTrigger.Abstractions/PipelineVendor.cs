namespace PipelineTrigger;

/// <summary>The platforms this module speaks to, as they stand in <see cref="PipelineRun.Vendor"/>. Strings, because enums come back from CLIXML and JSON as numbers.</summary>
public static class PipelineVendor
{
    /// <summary>Prophecy, https://app.prophecy.io or an installation of one's own.</summary>
    public const string Prophecy = "Prophecy";

    /// <summary>Mage, always an installation of one's own.</summary>
    public const string Mage = "Mage";

    /// <summary>Supaflow, https://app.supa-flow.io.</summary>
    public const string Supaflow = "Supaflow";
}
