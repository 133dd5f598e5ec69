namespace PipelineTrigger.Benchmarks.Measures;

/// <summary>What is made of repeated rounds.</summary>
internal static class Sequences
{
    public static double Median(this IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? throw new ArgumentException("There is no median of nothing.", nameof(values))
            : sorted.Length % 2 == 1 ? sorted[sorted.Length / 2]
            : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
