using System.Management.Automation;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Vendors;
using PipelineTrigger.Session;

namespace PipelineTrigger.Commands;

/// <summary>Creates a connection from the parameters of Connect-PipelineService, and rejects invalid ones.</summary>
internal static class ConnectionFactory
{
    private const int MaxHorizonSec = 86_400;

    /// <exception cref="PipelineException">InvalidInput, InsecureEndpoint.</exception>
    public static PipelineConnection Create(ConnectPipelineServiceCommand given, Func<string, string?> environment)
    {
        var vendor = VendorCatalog.Get(given.Vendor);
        var name = given.Name?.Trim() ?? vendor.Name;
        if (name.Length == 0 || WildcardPattern.ContainsWildcardCharacters(name))
        {
            throw TriggerFields.Invalid("The name of a connection must not be blank or contain * ? [ ].");
        }

        RejectUnsafe("-Name", name);
        RejectUnsafe("-SecretName", given.SecretName);
        RejectUnsafe("-VaultName", given.VaultName);
        RejectUnsafe("-TokenEnvironmentVariable", given.TokenEnvironmentVariable);
        RejectUnsafe("The user name", given.Credential?.UserName);
        RejectUnsafe("-Ledger", (given.Ledger as PSObject)?.BaseObject as string ?? given.Ledger as string);

        var isSaved = given.Scope == "CurrentUser";
        if (
            isSaved
            && (
                given.Credential is not null
                || given.Token is not null
                || given.ProxyCredential is not null
                || given.Ledger is System.Security.SecureString
            )
        )
        {
            throw TriggerFields.Invalid(
                "-Scope CurrentUser saves names and references, but no secrets. Use it with -SecretName or -TokenEnvironmentVariable."
            );
        }

        var uri = given.BaseUri
            ?? vendor.DefaultBaseUri
            ?? throw TriggerFields.Invalid($"{vendor.Name} has no public cloud. Specify the address of your installation with -BaseUri.");
        var connection = new PipelineConnection(name, vendor.Name, EndpointUri.Check(uri, given.AllowInsecure))
        {
            Scope = isSaved ? "CurrentUser" : "Session",
            CredentialType = given.ParameterSetName,
            SecretName = given.SecretName,
            VaultName = given.VaultName,
            TokenEnvironmentVariable = given.TokenEnvironmentVariable,
            UserName = given.Credential?.UserName,
            AllowInsecure = given.AllowInsecure,
            Proxy = given.Proxy is { } proxy ? EndpointUri.Check(proxy, allowInsecure: true) : null,
            ProxyUseDefaultCredentials = given.ProxyUseDefaultCredentials,
            NoTriggerId = given.NoTriggerId,
            LateCommitHorizonSec = given.LateCommitHorizonSec is < 1 or > MaxHorizonSec
                ? throw TriggerFields.Invalid(
                    $"LateCommitHorizonSec must be from 1 to {MaxHorizonSec} seconds, not {given.LateCommitHorizonSec}."
                )
                : given.LateCommitHorizonSec,
        };
        LedgerSource.Set(given, given.Ledger, connection);
        connection.Secrets.Secret = (given.Token ?? given.Credential?.Password)?.Copy();
        connection.Secrets.ProxyCredential = given.ProxyCredential?.GetNetworkCredential();
        if (
            connection.CredentialType == "None"
            && vendor.TokenVariable is { } variable
            && !string.IsNullOrWhiteSpace(environment(variable))
        )
        {
            connection.CredentialType = "EnvironmentVariable";
            connection.TokenEnvironmentVariable = variable;
        }

        // A credential in memory is checked now. A vault is read when the connection is first used.
        if (connection.CredentialType is "None" or "Token" or "Credential")
        {
            var credential = CredentialSource.InMemory(connection);
            vendor.CheckCredential(
                credential?.Secret.IsEmpty() == true ? throw TriggerFields.Invalid("The token or password is blank.") : credential
            );
        }

        return connection;
    }

    // These names are shown wherever connections are listed.
    private static void RejectUnsafe(string what, string? text)
    {
        if (text is not null && !SafeText.IsInert(text))
        {
            throw TriggerFields.Invalid($"{what} contains control characters, invisible characters, or a command of a build agent.");
        }
    }
}
