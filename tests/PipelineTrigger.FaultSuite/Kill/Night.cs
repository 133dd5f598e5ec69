using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PipelineTrigger.FaultSuite.Kill;

/// <summary>The rows of one night, each with a key of its own.</summary>
/// <param name="Number">Which night.</param>
internal sealed record Night(string Vendor, int Number)
{
    public const int Rows = 24;

    // Some pipelines have one row; others several, so that at Supaflow one run can be taken for another.
    private const int Pipelines = 12;

    private const string Mark = "suite_mark";

    public IReadOnlyList<string> Keys => [.. Enumerable.Range(0, Rows).Select(Key)];

    public static Guid SupaflowPipeline(int pipeline) => new(pipeline + 1, 0, 0, [8, 7, 6, 5, 4, 3, 2, 1]);

    public static IEnumerable<Guid> SupaflowPipelines => Enumerable.Range(0, Pipelines).Select(SupaflowPipeline);

    public string Csv()
    {
        var text = new StringBuilder(
            Vendor switch
            {
                PipelineVendor.Prophecy => "IdempotencyKey,FabricId,ProjectId,PipelineName,Parameters\n",
                PipelineVendor.Mage => "IdempotencyKey,TriggerId,Variables\n",
                _ => "IdempotencyKey,PipelineId\n",
            }
        );
        for (var row = 0; row < Rows; row++)
        {
            var values = $"\"{{\"\"{Mark}\"\":\"\"{Key(row)}\"\"}}\"";
            text.Append(Key(row))
                .Append(',')
                .Append(
                    Vendor switch
                    {
                        PipelineVendor.Prophecy => $"33290,41459,bakehouse,{values}",
                        PipelineVendor.Mage => $"1,{values}",
                        _ => $"{PipelineOf(row)}",
                    }
                )
                .Append('\n');
        }

        return text.ToString();
    }

    /// <summary>How many runs there are of each row; where runs do not tell, of each pipeline, in rows' worth.</summary>
    /// <param name="runs">Those of this night.</param>
    public (int Doubled, int Missing) Compare(IReadOnlyList<JsonElement> runs)
    {
        var differences =
            Vendor == PipelineVendor.Supaflow
                ? SupaflowPipelines
                    .Select(p =>
                        runs.Count(r => r.GetProperty("received").GetProperty("p_pipeline_id").GetString() == p.ToString())
                        - Enumerable.Range(0, Rows).Count(row => PipelineOf(row) == p)
                    )
                    .ToList()
                : [.. Keys.Select(key => runs.Count(r => MarkOf(r) == key) - 1)];
        return (differences.Sum(d => Math.Max(0, d)), differences.Sum(d => Math.Max(0, -d)));
    }

    private static Guid PipelineOf(int row) => SupaflowPipeline(Math.Min(row, Pipelines - 1 - row % 2));

    private string Key(int row) => string.Create(CultureInfo.InvariantCulture, $"night-{Number:000}-{row:00}");

    private string? MarkOf(JsonElement run) =>
        Vendor == PipelineVendor.Mage
            ? run.GetProperty("variables").GetProperty(Mark).GetString()
            : run.GetProperty("received").GetProperty("parameters").GetProperty(Mark).GetString();
}
