using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace PipelineTrigger.Emulator.Proxying;

/// <summary>A forwarder that damages single HTTP/1.1 exchanges below HTTP.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly IPEndPoint target;
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<ProxyConnection, bool> open = new();
    private readonly CancellationTokenSource stop = new();
    private Socket listener;
    private ProxyRule rule = new();
    private int left;
    private int connections;
    private int requests;
    private int hits;

    private FaultProxy(IPEndPoint target)
    {
        this.target = target;
        listener = Bind(0);
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        Listen();
    }

    public int Port { get; }

    public ProxyMode Mode => rule.Mode;

    public int Connections => connections;

    public int Requests => requests;

    public int Hits => hits;

    public static FaultProxy Start(IPEndPoint target) => new(target);

    public void Apply(ProxyRule next)
    {
        lock (gate)
        {
            var wasRefusing = rule.Mode == ProxyMode.Refuse;
            rule = next;
            left = next.Count;
            if (next.Mode == ProxyMode.Refuse && !wasRefusing)
            {
                StopListening();
                if (!next.KeepsOpen)
                {
                    ResetAll();
                }
            }
            else if (next.Mode != ProxyMode.Refuse && wasRefusing)
            {
                Listen();
            }
        }
        if (next is { Mode: ProxyMode.Refuse, DelaySeconds: > 0 })
        {
            _ = PassAgainAsync(next);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        ResetAll();
        stop.Dispose();
    }

    /// <summary>The rule for this request, counted as hit; a passing one when it is not meant.</summary>
    internal ProxyRule Take(string method, string path)
    {
        Interlocked.Increment(ref requests);
        lock (gate)
        {
            if (rule.Mode is ProxyMode.Pass or ProxyMode.Refuse || left == 0 || !(rule.Match ?? new()).Holds(method, path))
            {
                return new ProxyRule();
            }
            hits++;
            var taken = rule;
            if (left > 0 && --left == 0)
            {
                rule = new ProxyRule();
            }
            return taken;
        }
    }

    internal void Closed(ProxyConnection connection) => open.TryRemove(connection, out _);

    private static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    private void Listen()
    {
        listener.Listen();
        _ = AcceptAsync(listener);
    }

    // Bound but not listening: connections are refused, and no other process can take the port.
    private void StopListening()
    {
        listener.Dispose();
        listener = Bind(Port);
    }

    private void ResetAll()
    {
        foreach (var connection in open.Keys)
        {
            connection.Reset();
        }
    }

    private async Task PassAgainAsync(ProxyRule refusal)
    {
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(refusal.DelaySeconds), stop.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        if (ReferenceEquals(rule, refusal))
        {
            Apply(new ProxyRule());
        }
    }

    private async Task AcceptAsync(Socket socket)
    {
        try
        {
            while (true)
            {
                var client = await socket.AcceptAsync(stop.Token);
                Interlocked.Increment(ref connections);
                var connection = new ProxyConnection(this, client, target);
                open[connection] = true;
                _ = connection.RunAsync(stop.Token);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException) { }
    }
}
