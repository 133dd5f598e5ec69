using System.Globalization;

namespace PipelineTrigger.Benchmarks.Measures;

/// <summary>Numbers for people.</summary>
internal static class Figure
{
    /// <summary>Three digits that mean something, and the unit.</summary>
    public static string Text(double value, string unit)
    {
        var decimals = value == 0 ? 0 : Math.Clamp(2 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 6);
        var text = value.ToString(decimals == 0 ? "#,##0" : $"0.{new string('#', decimals)}", CultureInfo.InvariantCulture);
        return unit.Length == 0 ? text : $"{text} {unit}";
    }
}
