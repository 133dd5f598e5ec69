using System.Management.Automation;
using System.Security;
using PipelineTrigger.Completion;
using PipelineTrigger.Input;

namespace PipelineTrigger.Commands;

/// <content>What a trigger at Mage takes.</content>
public sealed partial class InvokePipelineRunCommand
{
    /// <summary>Mage: the trigger's id.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Mage")]
    [Parameter(ParameterSetName = "Input")]
    [ArgumentCompleter(typeof(TriggerIdCompleter))]
    [InertArgument]
    public long TriggerId { get; set; }

    /// <summary>Mage: any JSON values by name, a hashtable or a JSON object as text.</summary>
    [Parameter(ParameterSetName = "Mage")]
    [Parameter(ParameterSetName = "Input")]
    public object? Variables { get; set; }

    /// <summary>Mage: the trigger's own token.</summary>
    [Parameter(ParameterSetName = "Mage")]
    [Parameter(ParameterSetName = "Input")]
    [SecretArgument]
    public SecureString? TriggerToken { get; set; }
}
