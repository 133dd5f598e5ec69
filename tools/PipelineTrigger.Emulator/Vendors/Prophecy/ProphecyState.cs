using System.Collections.Concurrent;
using PipelineTrigger.Emulator.Runs;

namespace PipelineTrigger.Emulator.Vendors.Prophecy;

internal sealed class ProphecyState
{
    public RunStore<ProphecyRun> Runs { get; } = new();

    public ConcurrentDictionary<long, bool> Fabrics { get; } = new([KeyValuePair.Create(33290L, true)]);

    public ConcurrentDictionary<string, bool> Projects { get; } = new([KeyValuePair.Create("41459", true)]);

    public ConcurrentDictionary<string, ProphecyPipeline> Pipelines { get; } = new(StringComparer.Ordinal);
}
