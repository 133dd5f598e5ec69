using PipelineTrigger.Benchmarks.Measures;

namespace PipelineTrigger.Benchmarks;

/// <summary>One group of rows.</summary>
internal interface IBenchmark
{
    /// <summary>What <c>--only</c> calls it.</summary>
    string Name { get; }

    /// <summary>Measures, and gives its rows in the order in which they are shown.</summary>
    Task<IReadOnlyList<Measure>> RunAsync(Bench bench, CancellationToken cancellationToken);
}
