namespace PipelineTrigger.Benchmarks.Measures;

/// <summary>How a cost of one vendor's watch grows with the number of runs.</summary>
/// <param name="Cost">Which: the panel of the plot it belongs to.</param>
internal sealed record GrowthSeries(string Cost, string Vendor, IReadOnlyList<GrowthPoint> Points);

internal sealed record GrowthPoint(double Runs, double Cost);
