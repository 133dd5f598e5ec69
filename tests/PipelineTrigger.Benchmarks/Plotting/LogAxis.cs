namespace PipelineTrigger.Benchmarks.Plotting;

/// <summary>Values on a line of the picture, by their logarithms, from one power of ten to another.</summary>
/// <param name="values">What must fit on it.</param>
/// <param name="from">Where it begins, in the picture's units.</param>
/// <param name="to">Where it ends.</param>
internal sealed class LogAxis(IEnumerable<double> values, int from, int to)
{
    private readonly (int Low, int High) powers = Powers([.. values]);

    public int From => from;

    public int To => to;

    public double First => Math.Pow(10, powers.Low);

    public double Last => Math.Pow(10, powers.High);

    public IEnumerable<double> Ticks => Enumerable.Range(powers.Low, powers.High - powers.Low + 1).Select(power => Math.Pow(10, power));

    public double Of(double value) => from + ((to - from) * (Math.Log10(value) - powers.Low) / (powers.High - powers.Low));

    private static (int Low, int High) Powers(double[] values)
    {
        var low = (int)Math.Floor(Math.Log10(values.Min()) + 1e-9);
        return (low, Math.Max(low + 1, (int)Math.Ceiling(Math.Log10(values.Max()) - 1e-9)));
    }
}
