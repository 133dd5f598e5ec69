using System.Collections.Concurrent;

namespace PipelineTrigger.Emulator.Tenants;

internal sealed class TenantStore(TimeProvider time, Func<int> port) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Tenant> tenants = new(StringComparer.Ordinal);

    public Tenant Get(string name) => tenants.GetOrAdd(name, static (n, s) => s.NewTenant(n), this);

    public async Task ResetAsync(Tenant tenant)
    {
        tenants[tenant.Name] = NewTenant(tenant.Name);
        await tenant.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var tenant in tenants.Values)
        {
            await tenant.DisposeAsync();
        }
    }

    private Tenant NewTenant(string name) => new(name, time, port());
}
