using System.Globalization;
using System.Text;

namespace PipelineTrigger.FaultSuite.Reports;

/// <summary>The results of a scenario, as a table.</summary>
internal sealed class Report(string title)
{
    private readonly List<(string Figure, string Found, string? Promised, bool IsKept)> rows = [];

    public bool IsKept => rows.All(r => r.IsKept);

    /// <summary>A number that nothing was promised of.</summary>
    public void Figure(string figure, object found) => rows.Add((figure, Text(found), null, true));

    /// <summary>A number that must be what was promised.</summary>
    public void Promise(string figure, int promised, int found) => rows.Add((figure, Text(found), Text(promised), found == promised));

    /// <summary>A number that must not be greater than was promised.</summary>
    public void AtMost(string figure, int promised, int found) => rows.Add((figure, Text(found), $"≤ {Text(promised)}", found <= promised));

    public override string ToString()
    {
        var width = rows.Max(r => r.Figure.Length);
        var found = rows.Max(r => r.Found.Length);
        var text = new StringBuilder().AppendLine(title);
        foreach (var row in rows)
        {
            var verdict = row.IsKept ? "kept" : "BROKEN";
            var promise = row.Promised is null ? "" : $"  promised {row.Promised}: {verdict}";
            text.AppendLine($"  {row.Figure.PadRight(width)}  {row.Found.PadLeft(found)}{promise}");
        }

        return text.ToString();
    }

    private static string Text(object value) =>
        value is int number
            ? number.ToString("N0", CultureInfo.InvariantCulture)
            : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
