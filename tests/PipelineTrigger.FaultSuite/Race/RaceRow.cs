using System.Globalization;
using System.Text;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Vendors;

namespace PipelineTrigger.FaultSuite.Race;

/// <summary>The rows that all processes of a race are given.</summary>
internal static class RaceRow
{
    private const string Mark = "suite_mark";

    public static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"row-{number:000}");

    public static TriggerRequest Trigger(int number) =>
        VendorCatalog
            .Get(PipelineVendor.Mage)
            .ParseTrigger(
                new(
                    new Dictionary<string, object?>
                    {
                        ["TriggerId"] = 1,
                        ["Variables"] = new Dictionary<string, object?> { [Mark] = Key(number) },
                    }
                )
            );

    /// <summary>The same as a file.</summary>
    public static string Csv(int count) =>
        Enumerable
            .Range(0, count)
            .Aggregate(new StringBuilder("TriggerId,IdempotencyKey,Variables\n"), (text, number) =>
                text.Append(CultureInfo.InvariantCulture, $"1,{Key(number)},\"{{\"\"{Mark}\"\":\"\"{Key(number)}\"\"}}\"\n")
            )
            .ToString();

    /// <summary>The key of a run as the administrator sees it.</summary>
    public static string KeyOf(System.Text.Json.JsonElement run) => run.GetProperty("variables").GetProperty(Mark).GetString()!;
}
