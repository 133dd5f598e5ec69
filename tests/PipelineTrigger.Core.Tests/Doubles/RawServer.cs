#pragma warning disable CA1835 // The streams of .NET Framework have no other overloads.

using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace PipelineTrigger.Core.Tests.Doubles;

/// <summary>A server of a few lines that answers what it is told to, byte by byte: for what no real server does.</summary>
internal sealed class RawServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<TcpClient> clients = [];
    private readonly ConcurrentQueue<RawRequest> requests = new();
    private readonly Func<RawRequest, Task<RawAnswer>> answer;
    private readonly X509Certificate2? certificate;

    /// <summary>Listens at once; with a certificate, for TLS.</summary>
    public RawServer(Func<RawRequest, Task<RawAnswer>> answer, X509Certificate2? certificate = null)
    {
        this.answer = answer;
        this.certificate = certificate;
        listener.Start();
        BaseUri = new($"{(certificate is null ? "http" : "https")}://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        _ = AcceptAsync();
    }

    public RawServer(Func<RawRequest, RawAnswer> answer, X509Certificate2? certificate = null)
        : this(request => Task.FromResult(answer(request)), certificate) { }

    public Uri BaseUri { get; }

    /// <summary>The calls that came in whole, oldest first.</summary>
    public IReadOnlyList<RawRequest> Requests => [.. requests];

    /// <summary>How many connections were made, whatever their outcome.</summary>
    public int Connections => clients.Count;

    public void Dispose()
    {
        listener.Stop();
        foreach (var client in clients)
        {
            client.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                clients.Add(client);
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using var stream = await OpenAsync(client);
            while (await ReadAsync(stream) is { } request)
            {
                requests.Enqueue(request);
                var told = await answer(request);
                await stream.WriteAsync(told.Bytes, 0, told.Bytes.Length);
                await stream.FlushAsync();
                if (told.ThenClose || string.Equals(request.Header("Connection"), "close", StringComparison.OrdinalIgnoreCase))
                {
                    break;
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or AuthenticationException)
        {
            // The client went away, as some of them are meant to.
        }
        finally
        {
            client.Dispose();
        }
    }

    private async Task<Stream> OpenAsync(TcpClient client)
    {
        if (certificate is null)
        {
            return client.GetStream();
        }

        var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsServerAsync(
            certificate,
            clientCertificateRequired: false,
            SslProtocols.Tls12,
            checkCertificateRevocation: false
        );
        return tls;
    }

    private static async Task<RawRequest?> ReadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var next = new byte[1];
        while (!EndsHead(head))
        {
            if (await stream.ReadAsync(next, 0, 1) == 0)
            {
                return null;
            }

            head.Append((char)next[0]);
        }

        var request = RawRequest.Parse(head.ToString());
        if (request.Header("Expect") is not null)
        {
            var goOn = Encoding.ASCII.GetBytes("HTTP/1.1 100 Continue\r\n\r\n");
            await stream.WriteAsync(goOn, 0, goOn.Length);
        }

        var body = new byte[int.Parse(request.Header("Content-Length") ?? "0", System.Globalization.CultureInfo.InvariantCulture)];
        for (var read = 0; read < body.Length; )
        {
            var more = await stream.ReadAsync(body, read, body.Length - read);
            if (more == 0)
            {
                return null;
            }

            read += more;
        }

        return request with
        {
            Body = Encoding.UTF8.GetString(body),
        };
    }

    private static bool EndsHead(StringBuilder head) => head.Length >= 4 && head[head.Length - 1] == '\n' && head[head.Length - 3] == '\n';
}

/// <summary>A request as it came.</summary>
internal sealed record RawRequest(string Method, string Target, IReadOnlyList<KeyValuePair<string, string>> Headers, string Body)
{
    public static RawRequest Parse(string head)
    {
        var lines = head.Split(["\r\n"], StringSplitOptions.RemoveEmptyEntries);
        var first = lines[0].Split(' ');
        return new(first[0], first[1], [.. lines.Skip(1).Select(Field)], "");
    }

    public string? Header(string name) => Headers.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    private static KeyValuePair<string, string> Field(string line)
    {
        var colon = line.IndexOf(':');
        return new(line.Substring(0, colon), line.Substring(colon + 1).Trim());
    }
}

/// <summary>An answer as it goes.</summary>
internal sealed record RawAnswer(byte[] Bytes, bool ThenClose = false)
{
    /// <summary>Nothing at all, and the connection's end.</summary>
    public static RawAnswer None { get; } = new([], ThenClose: true);

    /// <summary>An answer with a body and its length.</summary>
    public static RawAnswer Of(int status, string body = "", params string[] headers) => Of(status, Encoding.UTF8.GetBytes(body), headers);

    public static RawAnswer Of(int status, byte[] body, params string[] headers)
    {
        var head = string.Concat(
            headers.Append("Content-Type: application/json").Append($"Content-Length: {body.Length}").Select(h => h + "\r\n")
        );
        return new([.. Encoding.ASCII.GetBytes($"HTTP/1.1 {status} Said\r\n{head}\r\n"), .. body]);
    }
}
