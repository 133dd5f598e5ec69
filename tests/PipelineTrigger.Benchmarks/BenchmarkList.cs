using PipelineTrigger.Benchmarks.Cmdlets;
using PipelineTrigger.Benchmarks.Triggering;
using PipelineTrigger.Benchmarks.Watching;

namespace PipelineTrigger.Benchmarks;

/// <summary>All benchmarks, in the order in which they run: memory while nothing else has been in it.</summary>
internal static class BenchmarkList
{
    public static IReadOnlyList<IBenchmark> All { get; } =
    [
        new MemoryBenchmark(),
        new TriggerBenchmark(),
        new CmdletBenchmark(),
        new RequestBenchmark(),
        new LatencyBenchmark(),
        new GrowthBenchmark(),
        new IdleBenchmark(),
        new ImportBenchmark(),
        new FirstBenchmark(),
    ];
}
