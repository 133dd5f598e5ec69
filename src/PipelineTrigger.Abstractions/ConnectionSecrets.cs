using System.Net;
using System.Security;

namespace PipelineTrigger;

/// <summary>What a connection holds in memory and never shows, and the client that was built with it.</summary>
internal sealed class ConnectionSecrets
{
    /// <summary>The token, or the password of the user name.</summary>
    public SecureString? Secret { get; set; }

    /// <summary>The proxy's own credential.</summary>
    public NetworkCredential? ProxyCredential { get; set; }

    /// <summary>The SAS URI of the run ledger's container.</summary>
    public SecureString? LedgerUri { get; set; }

    /// <summary>The client built at first use: an object of the client core, which this assembly does not know.</summary>
    public IDisposable? Client { get; set; }
}
