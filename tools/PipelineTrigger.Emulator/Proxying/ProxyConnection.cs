using System.Net;
using System.Net.Sockets;

namespace PipelineTrigger.Emulator.Proxying;

/// <summary>One client's connection: request by request, each with its own fate.</summary>
internal sealed class ProxyConnection(FaultProxy proxy, Socket client, IPEndPoint target) : IDisposable
{
    private static readonly byte[] Continue = "HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray();

    private readonly NetworkStream clientStream = new(client, ownsSocket: false);
    private Upstream? upstream;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var reader = new MessageReader(clientStream);
        try
        {
            while (await reader.ReadHeadAsync(cancellationToken) is { } head && await HandleAsync(reader, head, cancellationToken)) { }
            client.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Reset();
        }
        finally
        {
            Dispose();
            proxy.Closed(this);
        }
    }

    public void Dispose()
    {
        upstream?.Dispose();
        clientStream.Dispose();
        client.Dispose();
    }

    public void Reset()
    {
        try
        {
            // Zero linger: closing sends a reset.
            client.LingerState = new LingerOption(true, 0);
            client.Close();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException) { }
    }

    /// <summary>False when no further request can follow.</summary>
    private async Task<bool> HandleAsync(MessageReader reader, MessageHead head, CancellationToken cancellationToken)
    {
        var rule = proxy.Take(head.Method, head.Target);
        if (rule.Mode == ProxyMode.ResetBeforeRead)
        {
            Reset();
            return false;
        }
        var request = await ReadRequestAsync(reader, head, cancellationToken);
        if (rule.Mode == ProxyMode.LateHandled)
        {
            _ = Upstream.HandleLateAsync(target, request, TimeSpan.FromSeconds(rule.DelaySeconds), cancellationToken);
            await ClientGoneAsync(cancellationToken);
            return false;
        }
        upstream ??= await Upstream.ConnectAsync(target, cancellationToken);
        await upstream.SendAsync(request, cancellationToken);
        return await AnswerAsync(rule.Mode, head, cancellationToken);
    }

    private async Task<byte[]> ReadRequestAsync(MessageReader reader, MessageHead head, CancellationToken cancellationToken)
    {
        if (head.ExpectsContinue)
        {
            await clientStream.WriteAsync(Continue, cancellationToken);
        }
        using var request = new MemoryStream();
        request.Write(head.Raw);
        await foreach (var piece in reader.ReadBodyAsync(head, mayLastToEnd: false, cancellationToken))
        {
            request.Write(piece);
        }
        return request.ToArray();
    }

    private async Task<bool> AnswerAsync(ProxyMode mode, MessageHead request, CancellationToken cancellationToken)
    {
        using var clientGone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watch = WatchAsync(clientGone);
        var head = await upstream!.ReadAnswerHeadAsync(clientGone.Token);
        switch (mode)
        {
            case ProxyMode.ResetAfterHandled:
                Reset();
                return false;
            case ProxyMode.Stall:
                await ClientGoneAsync(cancellationToken);
                return false;
            case ProxyMode.CutAnswer:
                await CutAsync(request, head, clientGone.Token);
                return false;
        }
        await clientStream.WriteAsync(head.Raw, clientGone.Token);
        await foreach (var piece in upstream.ReadAnswerBodyAsync(request, head, clientGone.Token))
        {
            await clientStream.WriteAsync(piece, clientGone.Token);
        }
        await clientGone.CancelAsync();
        await watch;
        return !head.ClosesConnection && !request.ClosesConnection;
    }

    private async Task CutAsync(MessageHead request, MessageHead head, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await foreach (var piece in upstream!.ReadAnswerBodyAsync(request, head, cancellationToken))
        {
            body.Write(piece);
        }
        var half = body.Length == 0 ? head.Raw[..(head.Raw.Length / 2)] : [.. head.Raw, .. body.ToArray()[..(int)(body.Length / 2)]];
        await clientStream.WriteAsync(half, cancellationToken);
        Reset();
    }

    private async Task WatchAsync(CancellationTokenSource gone)
    {
        try
        {
            await ClientGoneAsync(gone.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException) { }
        await gone.CancelAsync();
    }

    // Readable with nothing to read: the other side has closed.
    private async Task ClientGoneAsync(CancellationToken cancellationToken)
    {
        await client.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken);
        if (client.Available > 0)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
    }
}
