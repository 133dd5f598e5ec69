using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Vendors;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Connections;

/// <summary>The connections of one session, and the rules by which one is found. Belongs to a runspace; not thread-safe.</summary>
/// <param name="saved">The saved connections; null if the account cannot save any.</param>
/// <param name="environment">Reads an environment variable.</param>
internal sealed class ConnectionTable(SavedConnections? saved, Func<string, string?> environment)
{
    private readonly Dictionary<string, PipelineConnection> session = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, PipelineConnection> fromFile = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, PipelineConnection> implicitOnes = new(StringComparer.OrdinalIgnoreCase);

    // The credentials of the implicit connections.
    private readonly Dictionary<string, string> tokens = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every connection by name: this session's, then the saved ones that none of those hides.</summary>
    public IReadOnlyList<PipelineConnection> All =>
        [.. session.Values.Concat(Saved().Where(s => !session.ContainsKey(s.Name))).OrderBy(c => c.Name, StringComparer.OrdinalIgnoreCase)];

    /// <summary>Saved connections that cannot be read, and that no other of their name hides.</summary>
    public IReadOnlyList<UnreadableConnection> Unreadable =>
        saved is null ? [] : [.. saved.Unreadable().Where(u => u.Name is null || !session.ContainsKey(u.Name))];

    /// <summary>Adds a connection, and replaces one of the same name; saves it if its scope says so.</summary>
    public void Add(PipelineConnection connection)
    {
        if (connection.Scope == "CurrentUser")
        {
            (
                saved
                ?? throw new PipelineException(
                    PipelineErrorId.InvalidInput,
                    "This account has no data folder to keep connections in. Connect with -Scope Session."
                )
            ).Save(connection);
        }

        Forget(connection.Name);
        session[connection.Name] = connection;
    }

    /// <summary>Removes a connection, including a saved one, with its sign-in and secrets.</summary>
    public void Remove(PipelineConnection connection)
    {
        Forget(connection.Name);
        if (connection.Scope == "CurrentUser")
        {
            saved?.Remove(connection.Name);
        }
    }

    /// <summary>Removes all sign-ins and secrets; saved connections stay saved.</summary>
    public void Clear()
    {
        foreach (var connection in session.Values.Concat(fromFile.Values).Concat(implicitOnes.Values))
        {
            Release(connection);
        }

        session.Clear();
        fromFile.Clear();
        implicitOnes.Clear();
        tokens.Clear();
    }

    /// <summary>The connection of this name.</summary>
    /// <exception cref="PipelineException">ConnectionNotFound; InvalidInput: it is a saved one that cannot be read.</exception>
    public PipelineConnection Named(string name) =>
        Find(name)
        ?? throw Unreadable.FirstOrDefault(u => string.Equals(u.Name, name, StringComparison.OrdinalIgnoreCase))?.Error
            ?? NotFound($"There is no connection '{SafeText.Clean(name, 100)}'.");

    /// <summary>
    /// The connection to use if none was named: the only one, the only one of the vendor, or the vendor's environment variables.
    /// </summary>
    /// <param name="vendor">The vendor that the rest of the command names; null for none.</param>
    /// <param name="interactive">Whether the session is interactive. Otherwise no saved connection is chosen.</param>
    /// <exception cref="PipelineException">ConnectionNotFound: none, or more than one.</exception>
    public PipelineConnection Choose(string? vendor, bool interactive)
    {
        var candidates = interactive ? All : [.. session.Values];
        if (candidates.Count == 1)
        {
            return candidates[0];
        }

        var ofVendor = candidates.Where(c => vendor is null || c.Vendor == vendor).ToList();
        if (vendor is not null && ofVendor.Count == 1)
        {
            return ofVendor[0];
        }

        if (candidates.Count > 0)
        {
            throw NotFound(
                vendor is null || ofVendor.Count > 1 ? "There is more than one connection." : $"There is no connection to {vendor}."
            );
        }

        var fromEnvironment = VendorCatalog
            .All.Where(v => vendor is null || v.Name == vendor)
            .Select(FromEnvironment)
            .OfType<PipelineConnection>()
            .ToList();
        return fromEnvironment.Count switch
        {
            1 => fromEnvironment[0],
            0 => throw NotFound("There is no connection."),
            _ => throw NotFound(ConnectionErrors.SeveralFromEnvironment(fromEnvironment)),
        };
    }

    /// <summary>
    /// The connection of a run from another process: the one of its name if it leads to the same installation, else the only one that does.
    /// </summary>
    /// <exception cref="PipelineException">ConnectionNotFound: none, or more than one.</exception>
    public PipelineConnection Of(PipelineRun run)
    {
        bool LeadsThere(PipelineConnection c) =>
            c.Vendor == run.Vendor && (run.BaseUri is null || EndpointUri.SameBase(c.BaseUri.AbsoluteUri, run.BaseUri));

        var named = run.Connection is { } name ? Find(name) : null;
        if (named is not null && (LeadsThere(named) || run.Vendor.Length == 0))
        {
            return named;
        }

        // They may belong to different users or workspaces, and only one of them knows the run.
        var candidates = All.Where(c => run.BaseUri is not null && LeadsThere(c)).ToList();
        if (candidates.Count > 1)
        {
            throw NotFound(ConnectionErrors.SeveralLeadTo(run), candidates);
        }

        return candidates.FirstOrDefault()
            ?? VendorCatalog
                .All.Where(v => v.Name == run.Vendor)
                .Select(FromEnvironment)
                .FirstOrDefault(c => c is not null && run.BaseUri is not null && LeadsThere(c))
            ?? throw NotFound(ConnectionErrors.NoneLeadsTo(run));
    }

    private PipelineConnection? Find(string name) =>
        session.TryGetValue(name, out var own) ? own
        : Saved().FirstOrDefault(s => string.Equals(s.Name, name, StringComparison.OrdinalIgnoreCase)) is { } kept ? kept
        : implicitOnes.TryGetValue(name, out var made) ? FromEnvironment(VendorCatalog.Get(made.Vendor))
        : null;

    // The file is read each time, because another session may have changed it. An unchanged connection keeps its sign-in.
    private IEnumerable<PipelineConnection> Saved()
    {
        foreach (var read in saved?.Load() ?? [])
        {
            if (fromFile.TryGetValue(read.Name, out var known) && SameAs(known, read))
            {
                yield return known;
                continue;
            }

            Forget(read.Name, onlySaved: true);
            yield return fromFile[read.Name] = read;
        }
    }

    private static bool SameAs(PipelineConnection one, PipelineConnection other) =>
        one.Vendor == other.Vendor
        && one.BaseUri == other.BaseUri
        && one.SecretName == other.SecretName
        && one.VaultName == other.VaultName
        && one.TokenEnvironmentVariable == other.TokenEnvironmentVariable
        && one.AllowInsecure == other.AllowInsecure
        && one.Proxy == other.Proxy
        && one.ProxyUseDefaultCredentials == other.ProxyUseDefaultCredentials
        && one.Ledger == other.Ledger
        && one.NoTriggerId == other.NoTriggerId
        && one.LateCommitHorizonSec == other.LateCommitHorizonSec;

    private PipelineConnection? FromEnvironment(VendorDescriptor vendor)
    {
        if (vendor.TokenVariable is not { } variable || environment(variable) is not { } token || string.IsNullOrWhiteSpace(token))
        {
            return null;
        }

        var address =
            vendor.BaseUriVariable is { } uriVariable && environment(uriVariable) is { Length: > 0 } given
                ? Uri.TryCreate(given, UriKind.Absolute, out var parsed)
                    ? parsed
                    : throw new PipelineException(
                        PipelineErrorId.InvalidInput,
                        $"The environment variable {uriVariable} does not contain a web address."
                    )
                : vendor.DefaultBaseUri!;
        var baseUri = EndpointUri.Check(address, allowInsecure: false);
        implicitOnes.TryGetValue(vendor.Name, out var made);
        if (made is not null && (made.BaseUri != baseUri || tokens[vendor.Name] != token))
        {
            // Another token is another user, so the old sign-in must not be used.
            Release(made);
        }

        tokens[vendor.Name] = token;
        if (made?.BaseUri != baseUri)
        {
            implicitOnes[vendor.Name] = made = new(vendor.Name, vendor.Name, baseUri)
            {
                Scope = "Environment",
                CredentialType = "EnvironmentVariable",
                TokenEnvironmentVariable = variable,
            };
        }

        return made;
    }

    private void Forget(string name, bool onlySaved = false)
    {
        foreach (var table in onlySaved ? new[] { fromFile } : [session, fromFile])
        {
            if (table.TryGetValue(name, out var old))
            {
                Release(old);
                table.Remove(name);
            }
        }
    }

    private static void Release(PipelineConnection connection)
    {
        connection.Secrets.Client?.Dispose();
        connection.Secrets.Client = null;
        connection.Secrets.Secret?.Dispose();
        connection.Secrets.Secret = null;
        connection.Secrets.ProxyCredential = null;
        connection.Secrets.LedgerUri?.Dispose();
        connection.Secrets.LedgerUri = null;
    }

    private PipelineException NotFound(string what, IReadOnlyList<PipelineConnection>? candidates = null) =>
        ConnectionErrors.NotFound(what, candidates ?? All);
}
