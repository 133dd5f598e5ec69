using System.Management.Automation;
using PipelineTrigger.Input;
using PipelineTrigger.Output;

namespace PipelineTrigger.Commands;

/// <content>At home in a build agent.</content>
public sealed partial class WaitPipelineRunCommand
{
    /// <summary>The build agent that is told of the runs in its log: annotations, progress, output variables, a summary. Auto: by the environment.</summary>
    [Parameter]
    [ValidateSet("None", "Auto", "AzureDevops", "GithubActions")]
    [InertArgument]
    public string CIFormat { get; set; } = CIFormatChoice.Default;

    /// <summary>Asks the vendors to cancel what still goes on when the command is stopped, as agents do with Ctrl+C.</summary>
    [Parameter]
    public SwitchParameter StopOnCancel { get; set; }
}
