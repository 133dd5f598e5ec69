using System.Net;
using System.Net.Http;

namespace PipelineTrigger.Core.Http;

/// <summary>The proxy of a connection.</summary>
/// <param name="Address">The proxy's address; null for the system's proxy.</param>
/// <param name="Credential">The credential for the proxy; null for none.</param>
/// <param name="UseDefaultCredentials">Whether the signed-in user's credentials are sent to the proxy.</param>
public sealed record ProxyChoice(Uri? Address = null, NetworkCredential? Credential = null, bool UseDefaultCredentials = false)
{
    /// <summary>The proxy for all requests except those to loopback addresses.</summary>
    internal IWebProxy ToWebProxy() =>
        new LoopbackFreeProxy(Address is null ? SystemProxy() : new WebProxy(Address))
        {
            Credentials = UseDefaultCredentials ? CredentialCache.DefaultCredentials : Credential,
        };

    /// <summary>The proxy for one request.</summary>
    /// <param name="asked">Called when the proxy asks for a credential, before it receives one.</param>
    internal IWebProxy ToWebProxy(Action asked)
    {
        var proxy = ToWebProxy();
        proxy.Credentials = proxy.Credentials is { } credentials ? new ObservedCredentials(credentials, asked) : null;
        return proxy;
    }

#if NET
    private static IWebProxy SystemProxy() => HttpClient.DefaultProxy;
#else
    private static IWebProxy SystemProxy() => WebRequest.DefaultWebProxy ?? new WebProxy();
#endif

    private sealed class ObservedCredentials(ICredentials inner, Action asked) : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType)
        {
            asked();
            return inner.GetCredential(uri, authType);
        }
    }

    private sealed class LoopbackFreeProxy(IWebProxy inner) : IWebProxy
    {
        private ICredentials? own;

        public ICredentials? Credentials
        {
            get => own ?? inner.Credentials;
            set => own = value;
        }

        public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : inner.GetProxy(destination);

        public bool IsBypassed(Uri host) => host.IsLoopback || inner.IsBypassed(host);
    }
}
