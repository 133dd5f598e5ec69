using System.Management.Automation;
using System.Security;
using PipelineTrigger.Completion;
using PipelineTrigger.Input;
using PipelineTrigger.Session;

namespace PipelineTrigger.Commands;

/// <summary>Creates a named connection. No request is sent until the connection is first used.</summary>
[Cmdlet(VerbsCommunications.Connect, "PipelineService", DefaultParameterSetName = "None", SupportsShouldProcess = true)]
[OutputType(typeof(PipelineConnection))]
public sealed class ConnectPipelineServiceCommand : PipelineCmdlet
{
    /// <summary>Prophecy, Mage or Supaflow.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(VendorCompleter))]
    public string Vendor { get; set; } = "";

    /// <summary>The connection's name. Defaults to the vendor's name.</summary>
    [Parameter]
    public string? Name { get; set; }

    /// <summary>The address of the installation. It may include a path.</summary>
    [Parameter]
    [AddressArgument]
    public Uri? BaseUri { get; set; }

    /// <summary>Session, or CurrentUser to save the connection for later sessions.</summary>
    [Parameter]
    [ValidateSet("Session", "CurrentUser")]
    [InertArgument]
    public string Scope { get; set; } = "Session";

    /// <summary>Allows plain HTTP to another machine.</summary>
    [Parameter]
    public SwitchParameter AllowInsecure { get; set; }

    /// <summary>The proxy. Defaults to the system's proxy.</summary>
    [Parameter]
    [AddressArgument]
    public Uri? Proxy { get; set; }

    /// <summary>The proxy's credential.</summary>
    [Parameter]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>Signs in to the proxy with the current user's credentials.</summary>
    [Parameter]
    public SwitchParameter ProxyUseDefaultCredentials { get; set; }

    /// <summary>The name of the secret in a SecretManagement vault.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Secret")]
    public string? SecretName { get; set; }

    /// <summary>The vault. Defaults to the default vault.</summary>
    [Parameter(ParameterSetName = "Secret")]
    public string? VaultName { get; set; }

    /// <summary>User name and password. Except at Mage, the password is the token.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Credential")]
    public PSCredential? Credential { get; set; }

    /// <summary>The token or API key.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Token")]
    [Alias("ApiKey")]
    public SecureString? Token { get; set; }

    /// <summary>The environment variable that holds the token.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "EnvironmentVariable")]
    public string? TokenEnvironmentVariable { get; set; }

    /// <summary>
    /// The run ledger: a directory, the name of the secret that holds a container's SAS URI, or that URI as a SecureString.
    /// </summary>
    [Parameter]
    public object? Ledger { get; set; }

    /// <summary>Mage: sends no <c>pipeline_trigger_id</c> variable. A run whose response was lost then cannot be found.</summary>
    [Parameter]
    public SwitchParameter NoTriggerId { get; set; }

    /// <summary>Seconds after a trigger was sent within which the vendor may still create its run. Defaults to 220.</summary>
    [Parameter]
    [InertArgument]
    public int? LateCommitHorizonSec { get; set; }

    /// <summary>Returns the connection.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void EndProcessing() =>
        RunOrTerminate(() =>
        {
            var connection = ConnectionFactory.Create(this, Environment.GetEnvironmentVariable);
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
