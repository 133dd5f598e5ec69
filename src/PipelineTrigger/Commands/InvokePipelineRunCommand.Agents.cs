using System.Management.Automation;
using PipelineTrigger.Core.Agents;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Input;
using PipelineTrigger.Output;

namespace PipelineTrigger.Commands;

/// <content>At home in a build agent.</content>
public sealed partial class InvokePipelineRunCommand
{
    /// <summary>With -Wait: the build agent that is told of the runs in its log: annotations, progress, output variables, a summary. Auto: by the environment.</summary>
    [Parameter]
    [ValidateSet("None", "Auto", "AzureDevops", "GithubActions")]
    [InertArgument]
    public string CIFormat { get; set; } = CIFormatChoice.Default;

    /// <summary>With -Wait: asks the vendors to cancel what still goes on when the command is stopped, as agents do with Ctrl+C.</summary>
    [Parameter]
    public SwitchParameter StopOnCancel { get; set; }

    private OperationOptions ForAgents(OperationOptions options) =>
        StopOnCancel && !Wait
            ? throw TriggerFields.Invalid("StopOnCancel goes with -Wait: without it no run is watched that could be cancelled.")
            : options with
            {
                StopOnCancel = StopOnCancel,
            };
}
