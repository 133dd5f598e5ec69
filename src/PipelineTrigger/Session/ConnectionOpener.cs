using System.Management.Automation;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Vendors;

namespace PipelineTrigger.Session;

/// <summary>Finds the connection that is meant and makes it ready, on the pipeline thread: vaults may ask for their password.</summary>
/// <param name="cmdlet">Null for the Tab key: somebody sits there, who is asked for nothing.</param>
internal sealed class ConnectionOpener(PSCmdlet? cmdlet, ConnectionTable table)
{
    public ConnectionTable Table { get; } = table;

    /// <summary>The connection for what <c>-Connection</c> was given, or for nothing.</summary>
    /// <param name="given">A name, a connection, one that came from another process, or null.</param>
    /// <param name="vendor">The vendor that the rest of the command names; null for none.</param>
    /// <exception cref="PipelineException">ConnectionNotFound, InvalidInput, InsecureEndpoint.</exception>
    public PipelineConnection Find(object? given, string? vendor) =>
        given switch
        {
            null => Table.Choose(vendor, cmdlet is null || HostCapability.IsInteractive(cmdlet.Host)),
            PSObject { BaseObject: PipelineConnection connection } => connection,
            PipelineConnection connection => connection,
            PSObject wrapped
                when wrapped.BaseObject is not string
                    && wrapped.TypeNames.Any(t => t.EndsWith(nameof(PipelineConnection), StringComparison.Ordinal)) => Revived(wrapped),
            _ => Table.Named(given.ToString() ?? ""),
        };

    /// <summary>The connection that a run belongs to, or the one given for it.</summary>
    /// <exception cref="PipelineException">As <see cref="Find(object?, string?)"/>.</exception>
    public PipelineConnection Find(PipelineRun run, object? given)
    {
        var connection =
            given is null && (run.Connection is not null || run.BaseUri is not null)
                ? Table.Of(run)
                : Find(given, run.Vendor.Length == 0 ? null : run.Vendor);
        return run.Vendor.Length > 0 && run.Vendor != connection.Vendor
            ? throw new PipelineException(
                PipelineErrorId.InvalidInput,
                $"Run {SafeText.Clean(run.RunId, 100)} is of {run.Vendor}, and connection '{connection.Name}' leads to {connection.Vendor}. Nothing was sent."
            )
            : connection;
    }

    /// <summary>The client of a connection, made at its first use and kept with it.</summary>
    /// <exception cref="PipelineException">SecretNotFound, InvalidInput, InsecureEndpoint.</exception>
    public ConnectionClient Open(PipelineConnection connection)
    {
        lock (connection.Secrets)
        {
            if (connection.Secrets.Client is not ConnectionClient client)
            {
                var proxy = new ProxyChoice(connection.Proxy, connection.Secrets.ProxyCredential, connection.ProxyUseDefaultCredentials);
                connection.Secrets.Client = client = new ConnectionClient(
                    connection,
                    CredentialSource.Get(cmdlet, connection),
                    proxy,
                    new SenderOptions(),
                    LedgerSource.Open(cmdlet, connection)
                );
            }

            return client;
        }
    }

    /// <summary>The ledgers to be read: a connection's, or without one those of all that are made here and the one that others use.</summary>
    /// <exception cref="PipelineException">SecretNotFound, InvalidInput.</exception>
    public IReadOnlyList<ILedgerStore> Ledgers(PipelineConnection? connection) =>
        [
            .. (connection is not null ? [connection] : Table.All.Where(c => c.Ledger is not null).Append(null))
                .Select(c => LedgerSource.Open(cmdlet, c))
                .OfType<ILedgerStore>()
                .GroupBy(store => store.Location, StringComparer.Ordinal)
                .Select(same => same.First()),
        ];

    // A connection that crossed a process boundary has left its secret behind, but not the reference to it.
    private PipelineConnection Revived(PSObject connection)
    {
        string? Text(string name) => connection.Properties[name]?.Value?.ToString() is { Length: > 0 } text ? text : null;

        var name = Text(nameof(PipelineConnection.Name)) ?? "";
        var vendor = VendorCatalog.Get(Text(nameof(PipelineConnection.Vendor))).Name;
        var baseUri = Address(Text(nameof(PipelineConnection.BaseUri)), name);
        if (Table.All.FirstOrDefault(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase)) is { } known)
        {
            return known.Vendor == vendor && EndpointUri.SameBase(known.BaseUri.AbsoluteUri, baseUri.AbsoluteUri)
                ? known
                : throw new PipelineException(
                    PipelineErrorId.InvalidInput,
                    $"Connection '{SafeText.Clean(name, 100)}' came from another process, where it leads to {vendor} at {SafeText.Clean(baseUri.AbsoluteUri, 200)}; the one of that name here leads to {known.Vendor} at {known.BaseUri.AbsoluteUri}. Give it another name here, or say which is meant by its name alone."
                );
        }

        var revived = new PipelineConnection(name, vendor, baseUri)
        {
            CredentialType = Text(nameof(PipelineConnection.CredentialType)) ?? "None",
            SecretName = Text(nameof(PipelineConnection.SecretName)),
            VaultName = Text(nameof(PipelineConnection.VaultName)),
            TokenEnvironmentVariable = Text(nameof(PipelineConnection.TokenEnvironmentVariable)),
            AllowInsecure = Text(nameof(PipelineConnection.AllowInsecure)) == bool.TrueString,
            Proxy = Text(nameof(PipelineConnection.Proxy)) is { } proxy ? Address(proxy, name) : null,
            ProxyUseDefaultCredentials = Text(nameof(PipelineConnection.ProxyUseDefaultCredentials)) == bool.TrueString,
            Ledger = Text(nameof(PipelineConnection.Ledger)),
            NoTriggerId = Text(nameof(PipelineConnection.NoTriggerId)) == bool.TrueString,
            LateCommitHorizonSec = int.TryParse(Text(nameof(PipelineConnection.LateCommitHorizonSec)), out var seconds) ? seconds : null,
        };
        if (revived.CredentialType is "Credential" or "Token")
        {
            throw new PipelineException(
                PipelineErrorId.ConnectionNotFound,
                $"Connection '{SafeText.Clean(name, 100)}' came from another process, and its secret stayed there. Connect here too, or use -SecretName or -TokenEnvironmentVariable, which travel as references."
            );
        }

        Table.Add(revived);
        return revived;
    }

    private static Uri Address(string? text, string name) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
            ? uri
            : throw new PipelineException(
                PipelineErrorId.InvalidInput,
                $"Connection '{SafeText.Clean(name, 100)}' came from another process, and '{SafeText.Clean(text, 100)}' in it is no web address. Connect here too."
            );
}
