using System.Net;
using System.Net.Http;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Authentication;

namespace PipelineTrigger.Core.Http;

/// <summary>Builds the HTTP client of a connection: TLS 1.2 or later, no redirects, no cookies, the chosen proxy.</summary>
internal static class Transport
{
    /// <summary>The User-Agent header: the product, its version, the runtime and the operating system.</summary>
    public static string UserAgent { get; } =
        $"PipelineTrigger/{typeof(Transport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion} "
        + $"({Comment(RuntimeInformation.FrameworkDescription)}; {Comment(RuntimeInformation.OSDescription)})";

    public static HttpClient Create(ProxyChoice proxy) => Create(proxy.ToWebProxy());

    private static HttpClient Create(IWebProxy proxy)
    {
        var client = new HttpClient(Handler(proxy), disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", UserAgent);
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "application/json");
        return client;
    }

#if NET
    // If the vendor closes an idle connection just as a trigger is sent, the outcome is unknown. So close idle connections first.
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(15);

    private static SocketsHttpHandler Handler(IWebProxy proxy) =>
        new()
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            UseCookies = false,
            UseProxy = true,
            Proxy = proxy,
            ActivityHeadersPropagator = null,
            PooledConnectionIdleTimeout = IdleTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            SslOptions = { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 },
        };

    /// <summary>
    /// A client for one trigger if a proxy may ask for a credential after it received the trigger; otherwise null, because this transport
    /// never retries a request whose body it started to send.
    /// </summary>
    public static HttpClient? ForOneTrigger(ProxyChoice proxy, Uri uri, OnceContent? content) =>
        content is not null && uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback && proxy.ToWebProxy().Credentials is not null
            ? Create(proxy.ToWebProxy(content.StoppedAtProxy))
            : null;

    public static void PrepareTrigger(HttpRequestMessage request) => request.Headers.ExpectContinue = false;
#else
    private const int Connections = 64;

    private static HttpClientHandler Handler(IWebProxy proxy)
    {
        var handler = new HttpClientHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate,
            UseCookies = false,
            UseProxy = true,
            Proxy = proxy,
        };
        IfSupported(() => handler.SslProtocols = SslProtocols.Tls12);
        IfSupported(() => handler.MaxConnectionsPerServer = Connections);
        return handler;
    }

    /// <summary>
    /// A client for one trigger, with an unused connection, because this transport retries a POST itself if a reused connection turns out
    /// to be closed. A <c>Connection: close</c> header is not enough: the request would still use an idle connection of the same client.
    /// </summary>
    public static HttpClient? ForOneTrigger(ProxyChoice proxy, Uri _, OnceContent? content) =>
        Create(content is null ? proxy.ToWebProxy() : proxy.ToWebProxy(content.StoppedAtProxy));

    public static void PrepareTrigger(HttpRequestMessage request)
    {
        request.Headers.ExpectContinue = false;
        request.Headers.ConnectionClose = true;
    }

    // Mono's handler supports neither property, and its defaults are suitable.
    private static void IfSupported(Action set)
    {
        try
        {
            set();
        }
        catch (Exception e) when (e is NotImplementedException or PlatformNotSupportedException) { }
    }
#endif

    private static string Comment(string text) => text.Replace('(', '[').Replace(')', ']').Replace(';', ',');
}
