using System.Net;
using System.Net.Http;

namespace PipelineTrigger.Core.Http;

/// <summary>The proxy a connection was given.</summary>
/// <param name="Address">Null: the system's own.</param>
/// <param name="Credential">Null: none.</param>
/// <param name="UseDefaultCredentials">Whether the proxy is given those of the signed-in user.</param>
public sealed record ProxyChoice(Uri? Address = null, NetworkCredential? Credential = null, bool UseDefaultCredentials = false)
{
    /// <summary>The proxy to ask for each address; loopback never goes through it.</summary>
    internal IWebProxy ToWebProxy() =>
        new LoopbackFreeProxy(Address is null ? SystemProxy() : new WebProxy(Address))
        {
            Credentials = UseDefaultCredentials ? CredentialCache.DefaultCredentials : Credential,
        };

    /// <summary>The same for one request.</summary>
    /// <param name="asked">Told when the proxy asks for a credential, and before it is given one.</param>
    internal IWebProxy ToWebProxy(Action asked)
    {
        var proxy = ToWebProxy();
        proxy.Credentials = proxy.Credentials is { } credentials ? new ToldCredentials(credentials, asked) : null;
        return proxy;
    }

#if NET
    private static IWebProxy SystemProxy() => HttpClient.DefaultProxy;
#else
    private static IWebProxy SystemProxy() => WebRequest.DefaultWebProxy ?? new WebProxy();
#endif

    private sealed class ToldCredentials(ICredentials inner, Action asked) : ICredentials
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
