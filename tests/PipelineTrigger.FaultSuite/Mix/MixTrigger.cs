using System.Globalization;
using System.Text.Json;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Vendors;
using PipelineTrigger.Core.Vendors.Mage;
using PipelineTrigger.Core.Vendors.Supaflow;

namespace PipelineTrigger.FaultSuite.Mix;

/// <summary>
/// The triggers of the mix: many pipelines, and a mark by which each run can be matched where the vendor keeps what was
/// sent.
/// </summary>
internal static class MixTrigger
{
    public const int Pipelines = 200;

    private const string Mark = "suite_mark";
    private const int FirstMageTrigger = 1000;

    public static Guid SupaflowPipeline(int pipeline) => new(pipeline + 1, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]);

    public static int MageTrigger(int pipeline) => FirstMageTrigger + pipeline;

    /// <summary>
    /// The trigger of a number. At Supaflow, one in eight asks for a full resync, so that not all of a pipeline are
    /// alike.
    /// </summary>
    public static TriggerRequest Of(string vendor, int number)
    {
        var pipeline = number % Pipelines;
        var marked = new Dictionary<string, object?> { [Mark] = number.ToString(CultureInfo.InvariantCulture) };
        return VendorCatalog
            .Get(vendor)
            .ParseTrigger(
                new(
                    vendor switch
                    {
                        PipelineVendor.Prophecy => new Dictionary<string, object?>
                        {
                            ["FabricId"] = 33290,
                            ["ProjectId"] = "41459",
                            ["PipelineName"] = $"bakehouse{pipeline}",
                            ["Parameters"] = marked,
                        },
                        PipelineVendor.Mage => new Dictionary<string, object?>
                        {
                            ["TriggerId"] = MageTrigger(pipeline),
                            ["Variables"] = marked,
                        },
                        _ => new Dictionary<string, object?>
                        {
                            ["PipelineId"] = SupaflowPipeline(pipeline).ToString(),
                            ["FullResync"] = IsFull(number),
                        },
                    }
                )
            );
    }

    /// <summary>What a run of this number cannot be told apart from: the number itself where the vendor keeps the mark.</summary>
    public static string ClassOf(string vendor, int number) =>
        vendor == PipelineVendor.Supaflow
            ? $"{SupaflowPipeline(number % Pipelines)} {IsFull(number)}"
            : number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The same of a run as the administrator sees it.</summary>
    public static string ClassOf(string vendor, JsonElement run)
    {
        var received = run.GetProperty("received");
        return vendor switch
        {
            PipelineVendor.Prophecy => received.GetProperty("parameters").GetProperty(Mark).GetString()!,
            PipelineVendor.Mage => received.GetProperty("pipeline_run").GetProperty("variables").GetProperty(Mark).GetString()!,
            _ => $"{received.GetProperty("p_pipeline_id").GetString()} {received.GetProperty("p_full_resync").GetBoolean()}",
        };
    }

    private static bool IsFull(int number) => number / Pipelines % 8 == 7;
}
