using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Net;
using System.Security;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Session;

/// <summary>Fetches a connection's credential from where it is kept.</summary>
internal static class CredentialSource
{
    private const string GetSecret = "Get-Secret";

    /// <summary>The credential; null for a connection without one.</summary>
    /// <param name="cmdlet">On whose behalf a vault is asked, which may ask its user; null: no vault is asked.</param>
    /// <exception cref="PipelineException">SecretNotFound.</exception>
    public static Credential? Get(PSCmdlet? cmdlet, PipelineConnection connection) =>
        connection switch
        {
            { SecretName: { } name } => FromVault(cmdlet, name, connection.VaultName),
            { TokenEnvironmentVariable: { } variable } => new(null, FromEnvironment(variable)),
            { Secrets.Secret: not null } or { CredentialType: "None" } => InMemory(connection),
            _ => throw NotFound($"Connection '{connection.Name}' was disconnected, and its credential is gone. Connect again."),
        };

    /// <summary>The credential that the connection itself holds; null for none.</summary>
    public static Credential? InMemory(PipelineConnection connection) =>
        connection.Secrets.Secret is { } secret
            ? new(connection.UserName, connection.UserName is null ? Plain(secret).Trim() : Plain(secret))
            : null;

    private static string FromEnvironment(string variable) =>
        Environment.GetEnvironmentVariable(variable)?.Trim() is { Length: > 0 } value
            ? value
            : throw NotFound($"The environment variable {variable} is not set or empty.");

    /// <summary>The secret of this name.</summary>
    /// <param name="vault">Null for the default vault.</param>
    /// <exception cref="PipelineException">SecretNotFound.</exception>
    public static Credential FromVault(PSCmdlet? cmdlet, string name, string? vault)
    {
        var command = (
            cmdlet ?? throw NotFound($"Secret '{SafeText.Clean(name, 100)}'{From(vault)} was not asked for.")
        ).InvokeCommand.GetCommand(GetSecret, CommandTypes.Cmdlet | CommandTypes.Function)
            ?? throw NotFound(
                "There is no Get-Secret: install the SecretManagement module and a vault (Install-Module Microsoft.PowerShell.SecretManagement, Microsoft.PowerShell.SecretStore), or use -Credential, -Token or -TokenEnvironmentVariable."
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
            throw NotFound($"Secret '{SafeText.Clean(name, 100)}'{From(vault)} could not be had: {SafeText.Clean(e.Message, 300)}");
        }

        return found.Count == 1
            ? FromSecret(found[0].BaseObject, name, vault)
            : throw NotFound($"There is no secret '{SafeText.Clean(name, 100)}'{From(vault)}.");
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
                $"Secret '{SafeText.Clean(name, 100)}'{From(vault)} is empty or a {secret.GetType().Name}; it must be a string, a SecureString or a PSCredential."
            );
    }

    private static string Plain(SecureString secret) => new NetworkCredential("", secret).Password;

    private static string From(string? vault) => vault is null ? "" : $" in vault '{SafeText.Clean(vault, 100)}'";

    private static PipelineException NotFound(string message) => new(PipelineErrorId.SecretNotFound, message);
}
