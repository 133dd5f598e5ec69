using System.Management.Automation;
using PipelineTrigger.Completion;
using PipelineTrigger.Input;
using PipelineTrigger.Session;

namespace PipelineTrigger.Commands;

/// <summary>Makes a named connection; nobody is called yet.</summary>
[Cmdlet(VerbsCommunications.Connect, "PipelineService", DefaultParameterSetName = "None", SupportsShouldProcess = true)]
[OutputType(typeof(PipelineConnection))]
public sealed partial class ConnectPipelineServiceCommand : PipelineCmdlet
{
    /// <summary>Prophecy, Mage or Supaflow.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(VendorCompleter))]
    public string Vendor { get; set; } = "";

    /// <summary>What to call it; the vendor's name if left out.</summary>
    [Parameter]
    public string? Name { get; set; }

    /// <summary>Where the installation is; may have a path.</summary>
    [Parameter]
    [AddressArgument]
    public Uri? BaseUri { get; set; }

    /// <summary>Session, or CurrentUser to keep it for later sessions.</summary>
    [Parameter]
    [ValidateSet("Session", "CurrentUser")]
    [InertArgument]
    public string Scope { get; set; } = "Session";

    /// <summary>Allows plain http to another machine.</summary>
    [Parameter]
    public SwitchParameter AllowInsecure { get; set; }

    /// <summary>Returns the connection.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void EndProcessing() =>
        Demand(() =>
        {
            var connection = NewConnection.From(this, Environment.GetEnvironmentVariable);
            if (ShouldProcess($"{connection.Vendor} at {connection.BaseUri}", $"Connect as '{connection.Name}'"))
            {
                LedgerSource.Check(connection);
                Connections.Table.Add(connection);
                if (PassThru)
                {
                    WriteObject(connection);
                }
            }
        });
}
