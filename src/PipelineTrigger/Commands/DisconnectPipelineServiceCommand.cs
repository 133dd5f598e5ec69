using System.Management.Automation;
using PipelineTrigger.Completion;
using PipelineTrigger.Session;

namespace PipelineTrigger.Commands;

/// <summary>Forgets connections, with their sign-ins and secrets; runs go on.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "PipelineService", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class DisconnectPipelineServiceCommand : PipelineCmdlet
{
    /// <summary>The connections' names; the only connection if left out.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public string[]? Name { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (RefusesNull(Name, nameof(Name)))
        {
            return;
        }

        foreach (var name in Name ?? [null!])
        {
            ForEachInput(name, () =>
            {
                var connection = name is null
                    ? Connections.Table.Choose(null, HostCapability.IsInteractive(Host))
                    : Connections.Table.Named(name);
                if (ShouldProcess($"{connection.Name} ({connection.Vendor} at {connection.BaseUri})", "Disconnect"))
                {
                    Connections.Table.Remove(connection);
                }
            });
        }
    }
}
