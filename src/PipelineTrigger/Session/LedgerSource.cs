using System.Management.Automation;
using System.Net;
using System.Security;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Input;

namespace PipelineTrigger.Session;

/// <summary>Finds the run ledger: that of the connection, of the environment, or the user's own.</summary>
internal static class LedgerSource
{
    private const string Variable = "PIPELINETRIGGER_LEDGER";

    /// <summary>
    /// Sets the connection's ledger to the value of <c>-Ledger</c>. A directory is resolved to its full path now; other text is the name of
    /// a secret.
    /// </summary>
    /// <exception cref="PipelineException">InvalidInput.</exception>
    public static void Set(PSCmdlet cmdlet, object? given, PipelineConnection connection)
    {
        switch (PlainValue.Unwrap(given))
        {
            case null:
                return;
            case SecureString uri:
                connection.Secrets.LedgerUri = uri.Copy();
                connection.Ledger = "SAS URI";
                return;
            case FileSystemInfo folder:
                connection.Ledger = folder.FullName;
                return;
            case string text when IsUri(text):
                throw TriggerFields.Invalid(
                    "-Ledger does not accept a URI as plain text, because a SAS URI is a secret. "
                        + "Specify the name of the secret that contains it, or a SecureString."
                );
            case string text when !string.IsNullOrWhiteSpace(text):
                connection.Ledger = FullPath(cmdlet, text) ?? text.Trim();
                return;
            default:
                throw TriggerFields.Invalid("-Ledger must be a directory, the name of a secret, or a SecureString.");
        }
    }

    /// <summary>Rejects a directory that does not support locks.</summary>
    /// <exception cref="PipelineException">LedgerUnavailable.</exception>
    public static void Check(PipelineConnection connection)
    {
        if (connection.Ledger is { } path && Path.IsPathRooted(path))
        {
            LedgerStores.RefuseWithoutLocks(path);
        }
    }

    /// <summary>
    /// The store of the connection's ledger or, without a connection, of the environment's or the user's own; null if there is none.
    /// </summary>
    /// <param name="cmdlet">Null for completion, which does not prompt.</param>
    /// <exception cref="PipelineException">SecretNotFound, InvalidInput.</exception>
    public static ILedgerStore? Open(PSCmdlet? cmdlet, PipelineConnection? connection)
    {
        if (connection?.Secrets.LedgerUri is { } secret)
        {
            return LedgerStores.Container(new NetworkCredential("", secret).Password, Proxy(connection));
        }

        if ((connection?.Ledger ?? FromEnvironment) is not { } chosen)
        {
            return LedgerStores.OfUser();
        }

        return connection?.Ledger is null && IsUri(chosen) ? LedgerStores.Container(chosen, Proxy(connection))
            : (connection?.Ledger is null && cmdlet is not null && LooksLikePath(chosen) ? FullPath(cmdlet, chosen) : Rooted(chosen))
                is { } path
                ? LedgerStores.Directory(path)
            : LedgerStores.Container(CredentialSource.FromVault(cmdlet, chosen, connection?.VaultName).Secret.Reveal(), Proxy(connection));
    }

    /// <summary>
    /// The warning that the user's own ledger is deleted with this machine; null if the ledger persists, as far as known.
    /// </summary>
    public static string? ShortLivedWarning(PipelineConnection connection) =>
        connection.Ledger is null && FromEnvironment is null && HostCapability.IsEphemeral
            ? "The idempotency key is stored in the default ledger, which is deleted with this machine, so a later job does not find it. "
                + $"Specify a persistent location with Connect-PipelineService -Ledger or the environment variable {Variable}."
            : null;

    private static string? FromEnvironment =>
        Environment.GetEnvironmentVariable(Variable) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    private static bool IsUri(string text) =>
        text.TrimStart().StartsWith("http", StringComparison.OrdinalIgnoreCase) && text.Contains("://");

    private static ProxyChoice Proxy(PipelineConnection? connection) =>
        connection is null ? new() : new(connection.Proxy, connection.Secrets.ProxyCredential, connection.ProxyUseDefaultCredentials);

    private static bool LooksLikePath(string text) => text[0] is '.' or '~' || text.IndexOfAny(['/', '\\']) >= 0;

    private static string? Rooted(string path) => Path.IsPathRooted(path) ? path : null;

    // Text that looks like a path, and the name of an existing directory, is a directory. Other text is the name of a secret.
    private static string? FullPath(PSCmdlet cmdlet, string text)
    {
        var path = text.Trim();
        try
        {
            var full = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            if (provider.Name != "FileSystem")
            {
                // The current location may be in another provider, such as the registry. The ledger is in the file system.
                full = Path.GetFullPath(Path.Combine(cmdlet.SessionState.Path.CurrentFileSystemLocation.ProviderPath, path));
            }

            return LooksLikePath(path) || Directory.Exists(full) ? full : null;
        }
        catch (Exception e) when (e is RuntimeException or NotSupportedException or ArgumentException)
        {
            throw TriggerFields.Invalid(
                $"'{SafeText.Clean(path, 100)}' cannot be used as the ledger's directory: {SafeText.Clean(e.Message, 200)}"
            );
        }
    }
}
