using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Emulation;

/// <summary>A connection at work, on a clock of its own, with all it told.</summary>
internal sealed class Connected : IDisposable
{
    public Connected(
        PipelineConnection connection,
        Credential? credential,
        SenderOptions? options = null,
        ProxyChoice? proxy = null,
        Func<TimeProvider, ILedgerStore>? ledger = null
    )
    {
        Clock = options?.Time as ManualClock ?? new ManualClock();
        Client = new(connection, credential, proxy ?? new(), (options ?? Patient) with { Time = Clock }, ledger?.Invoke(Clock));
    }

    /// <summary>How long a run may be late, by the connection's clock.</summary>
    public const int HorizonSec = 220;

    /// <summary>The product's options, except that no call in flight is ever given up.</summary>
    public static SenderOptions Patient { get; } =
        new() { ReadTimeout = ManualClock.Horizon + ManualClock.Horizon, TriggerTimeout = ManualClock.Horizon + ManualClock.Horizon };

    public ManualClock Clock { get; }

    public RecordingObserver Told { get; } = new();

    public ConnectionClient Client { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A trigger as a row would give it; without fields, the sample.</summary>
    public Task<PipelineRun> TriggerAsync(
        IReadOnlyDictionary<string, object?>? fields = null,
        CancellationToken? cancellationToken = null,
        IdempotencyOptions? terms = null
    ) =>
        Clock.RunAsync(() =>
            Client.TriggerAsync(
                Sample.Parse(Client.Vendor, fields ?? Sample.Fields(Client.Vendor)),
                terms ?? IdempotencyOptions.Unkeyed,
                Told,
                cancellationToken ?? Cancel
            )
        );

    public Task<PipelineRun> ReadAsync(PipelineRun run) => Clock.RunAsync(() => Client.ReadAsync(run, Told, Cancel));

    /// <summary>A look at a run of which only the id is known.</summary>
    public Task<PipelineRun> ReadAsync(string id) => ReadAsync(new PipelineRun { RunId = id });

    /// <summary>One look at many runs, of which only the ids are known: what was told, by place; null for what was not.</summary>
    public async Task<PipelineRun?[]> ReadManyAsync(params string[] ids)
    {
        var seen = new PipelineRun?[ids.Length];
        await Clock.RunAsync(() =>
            Client.Batches!.ReadManyAsync(
                [.. ids.Select(id => new PipelineRun { RunId = id })],
                (place, run) => seen[place] = run,
                Told,
                Cancel
            )
        );
        return seen;
    }

    public Task<PipelineRun> StopAsync(PipelineRun run) => Clock.RunAsync(() => Client.StopAsync(run, Told, Cancel));

    public Task<PipelineRun> StopAsync(string id) => StopAsync(new PipelineRun { RunId = id });

    public Task<List<PipelineDefinition>> ListAsync() => Clock.RunAsync(() => ReadListAsync());

    public Task<PipelineConnectionTest> TestAsync() => Clock.RunAsync(() => Client.TestAsync(Told, Cancel));

    public void Dispose() => Client.Dispose();

    private async Task<List<PipelineDefinition>> ReadListAsync()
    {
        List<PipelineDefinition> all = [];
        await Client.ListAsync(all.Add, Told, Cancel);
        return all;
    }
}
