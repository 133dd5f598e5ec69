using System.Management.Automation;

namespace PipelineTrigger.Commands;

/// <summary>Removes connections with their sign-ins and secrets. Runs continue.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "PipelineService", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class DisconnectPipelineServiceCommand : NamedConnectionCmdlet
{
    private protected override void Process(PipelineConnection connection)
    {
        if (ShouldProcess($"{connection.Name} ({connection.Vendor} at {connection.BaseUri})", "Disconnect"))
        {
            Connections.Table.Remove(connection);
        }
    }
}
