using System.Text.Json;
using PipelineTrigger.Emulator.Runs;

namespace PipelineTrigger.Emulator.Vendors.Mage;

internal sealed record MageTrigger(
    int Id = 0,
    string Name = "",
    string PipelineUuid = "quick_pipeline",
    string Status = MageTrigger.Active,
    string ScheduleType = MageTrigger.Api,
    string Token = "",
    JsonElement? Variables = null,
    int? ConcurrencyLimit = null,
    PlanChange? Plan = null
)
{
    public const string Active = "active";
    public const string Inactive = "inactive";
    public const string Api = "api";

    public DateTimeOffset CreatedAt { get; init; }
}
