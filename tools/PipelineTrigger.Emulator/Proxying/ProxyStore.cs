using System.Collections.Concurrent;
using System.Net;

namespace PipelineTrigger.Emulator.Proxying;

internal sealed class ProxyStore(int targetPort) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, FaultProxy> proxies = new();
    private int lastId;

    public (int Id, FaultProxy Proxy) Open()
    {
        var id = Interlocked.Increment(ref lastId);
        return (id, proxies[id] = FaultProxy.Start(new IPEndPoint(IPAddress.Loopback, targetPort)));
    }

    public FaultProxy? Find(int id) => proxies.GetValueOrDefault(id);

    public async Task CloseAsync(int id)
    {
        if (proxies.TryRemove(id, out var proxy))
        {
            await proxy.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var id in proxies.Keys)
        {
            await CloseAsync(id);
        }
    }
}
