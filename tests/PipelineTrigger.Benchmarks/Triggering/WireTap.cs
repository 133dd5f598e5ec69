using System.Net;
using System.Net.Sockets;

namespace PipelineTrigger.Benchmarks.Triggering;

/// <summary>Stands between a client and the emulator, passes everything on and keeps what the client sent.</summary>
internal sealed class WireTap : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly MemoryStream sent = new();
    private readonly Lock gate = new();

    public WireTap(Uri emulator)
    {
        listener.Start();
        Address = new UriBuilder(emulator) { Port = ((IPEndPoint)listener.LocalEndpoint).Port }.Uri;
        _ = AcceptAsync(emulator);
    }

    public Uri Address { get; }

    /// <summary>The last whole request that passed.</summary>
    public CapturedRequest Last()
    {
        lock (gate)
        {
            return CapturedRequest.LastOf(sent.ToArray());
        }
    }

    public void Dispose()
    {
        listener.Dispose();
        sent.Dispose();
    }

    private async Task AcceptAsync(Uri emulator)
    {
        try
        {
            while (true)
            {
                _ = RelayAsync(await listener.AcceptTcpClientAsync(), emulator);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was put away.
        }
    }

    private async Task RelayAsync(TcpClient client, Uri emulator)
    {
        using (client)
        using (var server = new TcpClient())
        {
            await server.ConnectAsync(emulator.Host, emulator.Port);
            var (near, far) = (client.GetStream(), server.GetStream());
            var answers = far.CopyToAsync(near);
            var buffer = new byte[64 * 1024];
            int read;
            while ((read = await near.ReadAsync(buffer)) > 0)
            {
                lock (gate)
                {
                    sent.Write(buffer, 0, read);
                }

                await far.WriteAsync(buffer.AsMemory(0, read));
            }

            server.Client.Shutdown(SocketShutdown.Send);
            await answers;
        }
    }
}
