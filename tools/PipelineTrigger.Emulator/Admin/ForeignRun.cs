using System.Text.Json;
using PipelineTrigger.Emulator.Runs;

namespace PipelineTrigger.Emulator.Admin;

/// <summary>A run that another client created.</summary>
internal sealed record ForeignRun(
    int Count = 1,
    string? Pipeline = null,
    int? TriggerId = null,
    Guid? PipelineId = null,
    Guid? CreatedBy = null,
    Guid? ScheduleExecutionId = null,
    JsonElement Variables = default,
    double AgeSeconds = 0,
    string? Status = null,
    string? Message = null,
    Dictionary<string, JsonElement>? Columns = null,
    PlanChange? Plan = null
);
