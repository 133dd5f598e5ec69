using System.Globalization;
using System.Text;

namespace PipelineTrigger.Benchmarks.Measures;

/// <summary>All rows as one table that is both readable as text and Markdown.</summary>
internal static class MeasureTable
{
    private static readonly string[] Titles = ["Measure", "Value", "Compared with", "Ratio", "Reach", ""];

    public static string Of(IReadOnlyList<Measure> measures)
    {
        var rows = measures.Select(Cells).Prepend(Titles).ToList();
        var widths = Titles.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        rows.Insert(
            1,
            [.. widths.Select((width, column) => IsNumber(column) ? new string('-', Math.Max(width - 1, 1)) + ":" : new string('-', width))]
        );
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.Append("| ")
                .AppendJoin(
                    " | ",
                    row.Select((cell, column) => IsNumber(column) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))
                )
                .AppendLine(" |");
        }

        foreach (var noted in measures.Where(m => m.Note is not null && m.Value is not null))
        {
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"- {noted.Name}: {noted.Note}");
        }

        return text.AppendLine().ToString();
    }

    private static bool IsNumber(int column) => column is 1 or 3;

    private static string[] Cells(Measure measure) =>
        [
            measure.Name,
            measure.Value is { } value ? Figure.Text(value, measure.Unit) : "",
            measure.Value is null ? measure.Note!
            : measure.ComparedWith is null ? ""
            : measure.Compared is { } compared ? $"{measure.ComparedWith}: {Figure.Text(compared, measure.Unit)}"
            : measure.ComparedWith,
            measure.Ratio is { } ratio ? Figure.Text(ratio, "") : "",
            measure.Reach ?? "",
            measure.IsReached switch
            {
                true => "ok",
                false => "missed",
                null => "",
            },
        ];
}
