using System.Net;
using System.Security;

namespace PipelineTrigger;

/// <summary>The secrets of a connection, which are never shown, and the client that was built with them.</summary>
internal sealed class ConnectionSecrets
{
    /// <summary>The token, or the password that belongs to the user name.</summary>
    public SecureString? Secret { get; set; }

    /// <summary>The proxy's own credential.</summary>
    public NetworkCredential? ProxyCredential { get; set; }

    /// <summary>The SAS URI of the run ledger's container.</summary>
    public SecureString? LedgerUri { get; set; }

    /// <summary>The client, built at first use. Its type belongs to the client core, which this assembly does not reference.</summary>
    public IDisposable? Client { get; set; }
}
