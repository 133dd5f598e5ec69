using PipelineTrigger.Emulator.Faults;
using PipelineTrigger.Emulator.Hosting;
using PipelineTrigger.Emulator.Proxying;
using PipelineTrigger.Emulator.Runs;
using PipelineTrigger.Emulator.Vendors.Mage;
using PipelineTrigger.Emulator.Vendors.Prophecy;
using PipelineTrigger.Emulator.Vendors.Supaflow;

namespace PipelineTrigger.Emulator.Tenants;

internal sealed class Tenant : IAsyncDisposable
{
    public Tenant(string name, TimeProvider time, int port)
    {
        Name = name;
        Clock = new TenantClock(time);
        Proxies = new ProxyStore(port);
        Mage = new MageState(Clock.GetUtcNow());
    }

    public string Name { get; }

    public TenantClock Clock { get; }

    public PlanDefaults Plans { get; } = new();

    public AuthSettings Auth { get; set; } = new();

    public Counters Counters { get; } = new();

    public RequestLog Requests { get; } = new();

    public FaultQueue Faults { get; } = new();

    public ProxyStore Proxies { get; }

    public ProphecyState Prophecy { get; } = new();

    public MageState Mage { get; }

    public SupaflowState Supaflow { get; } = new();

    public IReadOnlyCollection<string> Secrets =>
        [
            .. new[] { Auth.MagePassword, Auth.ProphecyToken, Auth.SupaflowKey }.Where(s => s?.Length > 5).OfType<string>(),
            .. Mage.Triggers.Values.Select(t => t.Token).Where(t => t.Length > 0),
            .. Mage.Sessions.Tokens,
            .. Supaflow.Tokens.Tokens,
        ];

    public void ExpireSignIns()
    {
        Mage.Sessions.ExpireAll();
        Supaflow.Tokens.ExpireAll();
    }

    public ValueTask DisposeAsync() => Proxies.DisposeAsync();
}
