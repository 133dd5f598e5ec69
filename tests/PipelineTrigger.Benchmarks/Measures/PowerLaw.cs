namespace PipelineTrigger.Benchmarks.Measures;

/// <summary>y = a·x^slope through points, by least squares of the logarithms.</summary>
internal static class PowerLaw
{
    public static double Slope(IReadOnlyList<(double X, double Y)> points)
    {
        var logs = points.Select(p => (X: Math.Log(p.X), Y: Math.Log(p.Y))).ToList();
        var (meanX, meanY) = (logs.Average(p => p.X), logs.Average(p => p.Y));
        return logs.Sum(p => (p.X - meanX) * (p.Y - meanY)) / logs.Sum(p => (p.X - meanX) * (p.X - meanX));
    }
}
