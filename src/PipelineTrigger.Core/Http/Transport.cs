using System.Net;
using System.Net.Http;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Authentication;

namespace PipelineTrigger.Core.Http;

/// <summary>Builds the HTTP client of a connection: TLS 1.2 or later, no redirects, no cookies, the chosen proxy.</summary>
internal static class Transport
{
    /// <summary>What we call ourselves: product/version and the runtime.</summary>
    public static string UserAgent { get; } =
        $"PipelineTrigger/{typeof(Transport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion} ({Comment(RuntimeInformation.FrameworkDescription)}; {Comment(RuntimeInformation.OSDescription)})";

    public static HttpClient Create(ProxyChoice proxy) => Create(proxy.ToWebProxy());

    private static HttpClient Create(IWebProxy proxy)
    {
        var client = new HttpClient(Handler(proxy), disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", UserAgent);
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "application/json");
        return client;
    }

#if NET
    // An idle connection that the vendor is about to close costs a trigger its certainty: let it go before the vendor does.
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
    /// A client for one trigger where a proxy may ask for its credential only when it has got the trigger; else none: this transport never repeats
    /// a request whose body it has begun to send.
    /// </summary>
    public static HttpClient? ForOneTrigger(ProxyChoice proxy, Uri uri, OnceContent? content) =>
        content is not null && uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback && proxy.ToWebProxy().Credentials is not null
            ? Create(proxy.ToWebProxy(content.KeptByProxy))
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
    /// A client for one trigger, and with it a connection that was never used, because this transport repeats a POST by itself on a reused one that
    /// turns out to be dead. Asking for the connection's end is not enough: that goes over an idle connection of the same client all the same.
    /// </summary>
    public static HttpClient? ForOneTrigger(ProxyChoice proxy, Uri _, OnceContent? content) =>
        Create(content is null ? proxy.ToWebProxy() : proxy.ToWebProxy(content.KeptByProxy));

    public static void PrepareTrigger(HttpRequestMessage request)
    {
        request.Headers.ExpectContinue = false;
        request.Headers.ConnectionClose = true;
    }

    // Mono's handler, the nearest thing to .NET Framework elsewhere, knows neither and has sane defaults for both.
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
