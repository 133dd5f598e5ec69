using System.Management.Automation;
using PipelineTrigger.Completion;

namespace PipelineTrigger.Commands;

/// <content>What a trigger at Supaflow takes.</content>
public sealed partial class InvokePipelineRunCommand
{
    /// <summary>Supaflow: the pipeline's UUID or API name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Supaflow")]
    [Parameter(ParameterSetName = "Input")]
    [ArgumentCompleter(typeof(PipelineIdCompleter))]
    public string? PipelineId { get; set; }

    /// <summary>Supaflow: reads all source data again.</summary>
    [Parameter(ParameterSetName = "Supaflow")]
    [Parameter(ParameterSetName = "Input")]
    public SwitchParameter FullResync { get; set; }

    /// <summary>Supaflow: drops the destination's tables first.</summary>
    [Parameter(ParameterSetName = "Supaflow")]
    [Parameter(ParameterSetName = "Input")]
    public SwitchParameter ResetTarget { get; set; }
}
