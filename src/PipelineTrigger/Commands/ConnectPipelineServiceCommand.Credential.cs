using System.Management.Automation;
using System.Security;

namespace PipelineTrigger.Commands;

/// <content>One credential, in one of the ways it may be given.</content>
public sealed partial class ConnectPipelineServiceCommand
{
    /// <summary>The secret's name in a SecretManagement vault.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Secret")]
    public string? SecretName { get; set; }

    /// <summary>The vault; the default one if left out.</summary>
    [Parameter(ParameterSetName = "Secret")]
    public string? VaultName { get; set; }

    /// <summary>User name and password; elsewhere than at Mage the password is the token.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Credential")]
    public PSCredential? Credential { get; set; }

    /// <summary>The token or API key.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Token")]
    [Alias("ApiKey")]
    public SecureString? Token { get; set; }

    /// <summary>The environment variable that holds the token.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "EnvironmentVariable")]
    public string? TokenEnvironmentVariable { get; set; }
}
