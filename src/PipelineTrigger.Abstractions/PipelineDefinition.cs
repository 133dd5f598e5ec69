namespace PipelineTrigger;

/// <summary>A Mage trigger or a Supaflow pipeline that can be triggered. Pipe it to <c>Invoke-PipelineRun</c>.</summary>
public sealed class PipelineDefinition
{
    /// <summary>The connection it was found through.</summary>
    public string Connection { get; internal set; } = "";

    /// <summary>One of the constants of <see cref="PipelineVendor"/>.</summary>
    public string Vendor { get; internal set; } = "";

    /// <summary>Its name at the vendor.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>Mage: the trigger's id. Null elsewhere.</summary>
    public int? TriggerId { get; internal set; }

    /// <summary>Supaflow: the pipeline's UUID. Null elsewhere.</summary>
    public string? PipelineId { get; internal set; }

    /// <summary>Supaflow: the pipeline's API name. Mage: the pipeline that the trigger starts.</summary>
    public string? Pipeline { get; internal set; }

    /// <summary>Mage: <c>active</c> or <c>inactive</c>. Null if the vendor does not report it.</summary>
    public string? State { get; internal set; }

    /// <summary>Mage: <c>api</c>, <c>time</c> or <c>event</c>. Null elsewhere.</summary>
    public string? TriggerType { get; internal set; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
