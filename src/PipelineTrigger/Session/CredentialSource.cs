using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Net;
using System.Security;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Session;

/// <summary>Gets a connection's credential from memory, an environment variable or a vault.</summary>
internal static class CredentialSource
{
    private const string GetSecret = "Get-Secret";

    /// <summary>The credential; null for a connection without one.</summary>
    /// <param name="cmdlet">The cmdlet for which a vault is read, which may prompt; null: no vault is read.</param>
    /// <exception cref="PipelineException">SecretNotFound.</exception>
    public static Credential? Get(PSCmdlet? cmdlet, PipelineConnection connection) =>
        connection switch
        {
            { SecretName: { } name } => FromVault(cmdlet, name, connection.VaultName),
            { TokenEnvironmentVariable: { } variable } => new(null, FromEnvironment(variable)),
            { Secrets.Secret: not null } or { CredentialType: "None" } => InMemory(connection),
            _ => throw NotFound($"Connection '{connection.Name}' was disconnected and no longer has a credential. Connect again."),
        };

    /// <summary>The credential that the connection has in memory; null for none.</summary>
    public static Credential? InMemory(PipelineConnection connection) =>
        connection.Secrets.Secret is { } secret
            ? new(connection.UserName, connection.UserName is null ? Plain(secret).Trim() : Plain(secret))
            : null;

    private static string FromEnvironment(string variable) =>
        Environment.GetEnvironmentVariable(variable)?.Trim() is { Length: > 0 } value
            ? value
            : throw NotFound($"The environment variable {variable} is not set or is empty.");

    /// <summary>Reads a secret from a vault.</summary>
    /// <param name="vault">Null for the default vault.</param>
    /// <exception cref="PipelineException">SecretNotFound.</exception>
    public static Credential FromVault(PSCmdlet? cmdlet, string name, string? vault)
    {
        var command = (cmdlet ?? throw NotFound($"{Describe(name, vault)} was not read.")).InvokeCommand.GetCommand(
            GetSecret,
            CommandTypes.Cmdlet | CommandTypes.Function
        )
            ?? throw NotFound(
                "Get-Secret is not available. Install the SecretManagement module and a vault with "
                    + "'Install-Module Microsoft.PowerShell.SecretManagement, Microsoft.PowerShell.SecretStore', "
                    + "or use -Credential, -Token or -TokenEnvironmentVariable."
            );
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand(command).AddParameter("Name", name).AddParameter("ErrorAction", ActionPreference.Stop);
        if (vault is not null)
        {
            shell.AddParameter("Vault", vault);
        }

        Collection<PSObject> found;
        try
        {
            found = shell.Invoke();
        }
        catch (RuntimeException e)
        {
            throw NotFound($"{Describe(name, vault)} could not be read: {SafeText.Clean(e.Message, 300)}");
        }

        return found.Count == 1 ? FromSecret(found[0].BaseObject, name, vault) : throw NotFound($"{Describe(name, vault)} was not found.");
    }

    private static Credential FromSecret(object secret, string name, string? vault)
    {
        var credential = secret switch
        {
            string text => new Credential(null, text.Trim()),
            SecureString secure => new Credential(null, Plain(secure).Trim()),
            PSCredential pair => new Credential(pair.UserName, Plain(pair.Password)),
            _ => null,
        };
        return credential?.Secret.IsEmpty() == false
            ? credential
            : throw NotFound(
                $"{Describe(name, vault)} is empty or a {secret.GetType().Name}. It must be a string, a SecureString or a PSCredential."
            );
    }

    private static string Plain(SecureString secret) => new NetworkCredential("", secret).Password;

    private static string Describe(string name, string? vault)
    {
        var place = vault is null ? "" : $" in vault '{SafeText.Clean(vault, 100)}'";
        return $"Secret '{SafeText.Clean(name, 100)}'{place}";
    }

    private static PipelineException NotFound(string message) => new(PipelineErrorId.SecretNotFound, message);
}
