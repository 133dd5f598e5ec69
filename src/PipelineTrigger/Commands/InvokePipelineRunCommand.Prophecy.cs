using System.Management.Automation;
using PipelineTrigger.Input;

namespace PipelineTrigger.Commands;

/// <content>What a trigger at Prophecy takes.</content>
public sealed partial class InvokePipelineRunCommand
{
    /// <summary>Prophecy: the fabric's id.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Prophecy")]
    [Parameter(ParameterSetName = "Input")]
    [InertArgument]
    public long FabricId { get; set; }

    /// <summary>Prophecy: the project's id.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Prophecy")]
    [Parameter(ParameterSetName = "Input")]
    public string? ProjectId { get; set; }

    /// <summary>Prophecy: the pipeline's name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Prophecy")]
    [Parameter(ParameterSetName = "Input")]
    public string? PipelineName { get; set; }

    /// <summary>Prophecy: values by name, a hashtable or a JSON object as text.</summary>
    [Parameter(ParameterSetName = "Prophecy")]
    [Parameter(ParameterSetName = "Input")]
    public object? Parameters { get; set; }

    /// <summary>Prophecy: the branch.</summary>
    [Parameter(ParameterSetName = "Prophecy")]
    [Parameter(ParameterSetName = "Input")]
    public string? Branch { get; set; }

    /// <summary>Prophecy: the project's version.</summary>
    [Parameter(ParameterSetName = "Prophecy")]
    [Parameter(ParameterSetName = "Input")]
    public string? Version { get; set; }

    /// <summary>Prophecy: the gem to stop after.</summary>
    [Parameter(ParameterSetName = "Prophecy")]
    [Parameter(ParameterSetName = "Input")]
    public string? ProcessName { get; set; }
}
