using System.Net;
using System.Net.Sockets;

namespace PipelineTrigger.Emulator.Proxying;

/// <summary>The proxy's own connection to the emulator.</summary>
internal sealed class Upstream : IDisposable
{
    private readonly NetworkStream stream;
    private readonly MessageReader reader;

    private Upstream(Socket socket)
    {
        stream = new NetworkStream(socket, ownsSocket: true);
        reader = new MessageReader(stream);
    }

    public static async Task<Upstream> ConnectAsync(IPEndPoint target, CancellationToken cancellationToken)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(target, cancellationToken);
        return new Upstream(socket);
    }

    public static async Task HandleLateAsync(IPEndPoint target, byte[] request, TimeSpan delay, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(delay, cancellationToken);
            using var upstream = await ConnectAsync(target, cancellationToken);
            await upstream.SendAsync(request, cancellationToken);
            await upstream.ReadAnswerHeadAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException) { }
    }

    public ValueTask SendAsync(byte[] request, CancellationToken cancellationToken) => stream.WriteAsync(request, cancellationToken);

    /// <summary>Interim answers are swallowed: the proxy has given its own.</summary>
    public async Task<MessageHead> ReadAnswerHeadAsync(CancellationToken cancellationToken)
    {
        MessageHead head;
        do
        {
            head = await reader.ReadHeadAsync(cancellationToken) ?? throw new IOException("The emulator closed the connection.");
        } while (head.Status < 200);
        return head;
    }

    public IAsyncEnumerable<byte[]> ReadAnswerBodyAsync(MessageHead request, MessageHead answer, CancellationToken cancellationToken) =>
        request.Method == "HEAD" || answer.Status is 204 or 304
            ? AsyncEnumerable.Empty<byte[]>()
            : reader.ReadBodyAsync(answer, mayLastToEnd: true, cancellationToken);

    public void Dispose() => stream.Dispose();
}
