using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Vendors;

namespace PipelineTrigger.Benchmarks.Emulation;

/// <summary>One vendor as the benchmarks use it: how to connect, and what to trigger.</summary>
/// <param name="Token">Null: without a credential.</param>
/// <param name="Row">The fields of a trigger, as a PowerShell hashtable.</param>
internal sealed record VendorSample(string Name, string? Token, IReadOnlyDictionary<string, object?> Fields, string Row)
{
    public static VendorSample Of(string vendor) => All.Single(sample => sample.Name == vendor);

    public static IReadOnlyList<VendorSample> All { get; } =
    [
        new(
            PipelineVendor.Prophecy,
            "benchmark-token",
            Map(("FabricId", 33290), ("ProjectId", "41459"), ("PipelineName", "bakehouse")),
            "@{ FabricId = 33290; ProjectId = '41459'; PipelineName = 'bakehouse' }"
        ),
        new(PipelineVendor.Mage, null, Map(("TriggerId", 1)), "@{ TriggerId = 1 }"),
        new(
            PipelineVendor.Supaflow,
            "ak_benchmark",
            Map(("PipelineId", "11111111-2222-3333-4444-555555555555")),
            "@{ PipelineId = '11111111-2222-3333-4444-555555555555' }"
        ),
    ];

    /// <summary>A connection as the cmdlets make it.</summary>
    public ConnectionClient Connect(Uri baseUri) =>
        new(
            new PipelineConnection(Name, Name, baseUri),
            Token is null ? null : new Credential(null, Token),
            new ProxyChoice(),
            new SenderOptions()
        );

    /// <summary>The same through the cmdlet; without a name, it is called like the vendor.</summary>
    public string ConnectScript(Uri baseUri, string? name = null) =>
        $"$env:BENCHMARK_TOKEN = '{Token}'; Connect-PipelineService {Name} -Name {name ?? Name} -BaseUri "
        + $"{baseUri.AbsoluteUri}{(Token is null ? "" : " -TokenEnvironmentVariable BENCHMARK_TOKEN")}";

    public TriggerRequest Trigger() => VendorCatalog.Get(Name).ParseTrigger(new TriggerFields(Fields));

    private static Dictionary<string, object?> Map(params (string Key, object? Value)[] fields) =>
        fields.ToDictionary(f => f.Key, f => f.Value);
}
