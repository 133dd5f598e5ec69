using System.Management.Automation;
using PipelineTrigger.Input;

namespace PipelineTrigger.Commands;

/// <content>What is kept of triggers, and what goes along with them.</content>
public sealed partial class ConnectPipelineServiceCommand
{
    /// <summary>The run ledger: a directory, the name of the secret that holds a container's SAS URI, or that URI as a SecureString.</summary>
    [Parameter]
    public object? Ledger { get; set; }

    /// <summary>Mage: sends no <c>pipeline_trigger_id</c> variable; a run whose trigger's answer was lost can then not be found.</summary>
    [Parameter]
    public SwitchParameter NoTriggerId { get; set; }

    /// <summary>Seconds after a trigger was sent within which the vendor may still create its run; 220 if left out.</summary>
    [Parameter]
    [InertArgument]
    public int? LateCommitHorizonSec { get; set; }
}
