using System.Management.Automation;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Vendors;

namespace PipelineTrigger.Session;

/// <summary>Finds a connection and creates its client, on the pipeline thread because vaults may prompt for a password.</summary>
/// <param name="cmdlet">Null for completion, which does not prompt.</param>
internal sealed class ConnectionOpener(PSCmdlet? cmdlet, ConnectionTable table)
{
    public ConnectionTable Table { get; } = table;

    /// <summary>The connection for a value of <c>-Connection</c>.</summary>
    /// <param name="given">A name, a connection, a deserialized connection, or null for none.</param>
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
                    && wrapped.TypeNames.Any(t => t.EndsWith(nameof(PipelineConnection), StringComparison.Ordinal)) => Deserialized(
                wrapped
            ),
            _ => Table.Named(given.ToString() ?? ""),
        };

    /// <summary>The connection of a run, or the one given for it.</summary>
    /// <exception cref="PipelineException">As <see cref="Find(object?, string?)"/>.</exception>
    public PipelineConnection Find(PipelineRun run, object? given)
    {
        var connection =
            given is null && (run.Connection is not null || run.BaseUri is not null)
                ? Table.Of(run)
                : Find(given, run.Vendor.Length == 0 ? null : run.Vendor);
        return run.Vendor.Length > 0 && run.Vendor != connection.Vendor
            ? throw TriggerFields.Invalid(
                $"Run {SafeText.Clean(run.RunId, 100)} is a {run.Vendor} run, "
                    + $"but connection '{connection.Name}' is to {connection.Vendor}. Nothing was sent."
            )
            : connection;
    }

    /// <summary>The client of a connection, which is created at its first use.</summary>
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

    /// <summary>The ledgers to read: that of the connection or, without one, those of all connections and the default ledger.</summary>
    /// <exception cref="PipelineException">SecretNotFound, InvalidInput.</exception>
    public IReadOnlyList<ILedgerStore> Ledgers(PipelineConnection? connection) =>
        [
            .. (connection is not null ? [connection] : Table.All.Where(c => c.Ledger is not null).Append(null))
                .Select(c => LedgerSource.Open(cmdlet, c))
                .OfType<ILedgerStore>()
                .GroupBy(store => store.Location, StringComparer.Ordinal)
                .Select(same => same.First()),
        ];

    // A connection from another process has no secret, but may have a reference to one.
    private PipelineConnection Deserialized(PSObject connection)
    {
        string? Text(string name) => connection.Properties[name]?.Value?.ToString() is { Length: > 0 } text ? text : null;

        var name = Text(nameof(PipelineConnection.Name)) ?? "";
        var vendor = VendorCatalog.Get(Text(nameof(PipelineConnection.Vendor))).Name;
        var baseUri = Address(Text(nameof(PipelineConnection.BaseUri)), name);
        if (Table.All.FirstOrDefault(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase)) is { } known)
        {
            return known.Vendor == vendor && EndpointUri.SameBase(known.BaseUri.AbsoluteUri, baseUri.AbsoluteUri)
                ? known
                : throw TriggerFields.Invalid(
                    $"{CameFromElsewhere(name)}, where it is to {vendor} at {SafeText.Clean(baseUri.AbsoluteUri, 200)}. "
                        + $"In this process, the connection of that name is to {known.Vendor} at {known.BaseUri.AbsoluteUri}. "
                        + "Connect under another name, or specify the connection in this process by its name."
                );
        }

        var created = new PipelineConnection(name, vendor, baseUri)
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
        if (created.CredentialType is "Credential" or "Token")
        {
            throw new PipelineException(
                PipelineErrorId.ConnectionNotFound,
                $"{CameFromElsewhere(name)}, and its secret stayed there. Connect in this process too, or connect with -SecretName or "
                    + "-TokenEnvironmentVariable, which work in every process."
            );
        }

        Table.Add(created);
        return created;
    }

    private static string CameFromElsewhere(string name) => $"Connection '{SafeText.Clean(name, 100)}' came from another process";

    private static Uri Address(string? text, string name) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
            ? uri
            : throw TriggerFields.Invalid(
                $"{CameFromElsewhere(name)}, and its address '{SafeText.Clean(text, 100)}' is not a web address. "
                    + "Connect in this process too."
            );
}
