using System.Text.Json;
using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Vendors.Mage;

internal static class MageSchedules
{
    public static Answer Read(Call call)
    {
        if (!MageIds.TryRead(call, call.Path[2], out var id, out var failure))
        {
            return failure;
        }
        return call.Tenant.Mage.Trigger(id) is not { } trigger ? MageErrors.NotFound(call) : Answer.Json(200, json =>
            {
                json.WriteStartObject();
                json.WritePropertyName("pipeline_schedule"u8);
                WriteTrigger(json, trigger);
                json.WriteNull("metadata"u8);
                json.WriteEndObject();
            });
    }

    public static Answer List(Call call)
    {
        var statuses = MageQuery.Values(call, "status[]");
        var types = MageQuery.Values(call, "schedule_type[]");
        var triggers = call
            .Tenant.Mage.Triggers.Values.Where(t => statuses?.Contains(t.Status) != false && types?.Contains(t.ScheduleType) != false)
            .OrderBy(t => t.Id)
            .ToArray();
        return MageQuery.Page(call, "pipeline_schedules", triggers, WriteTrigger);
    }

    public static Answer Pipelines(Call call)
    {
        string search = call.Query["search"].ToString();
        var uuids = call
            .Tenant.Mage.Triggers.Values.Select(t => t.PipelineUuid)
            .Where(u => u.Contains(search, StringComparison.OrdinalIgnoreCase))
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToArray();
        return MageQuery.Page(call, "pipelines", uuids, (json, uuid) =>
        {
            json.WriteStartObject();
            json.WriteString("uuid"u8, uuid);
            json.WriteString("name"u8, uuid.Replace('_', ' '));
            json.WriteNull("description"u8);
            json.WriteString("type"u8, "python");
            json.WriteEndObject();
        });
    }

    private static void WriteTrigger(Utf8JsonWriter json, MageTrigger trigger)
    {
        json.WriteStartObject();
        json.WriteNumber("id"u8, trigger.Id);
        json.WriteString("name"u8, trigger.Name);
        json.WriteNull("description"u8);
        json.WriteString("pipeline_uuid"u8, trigger.PipelineUuid);
        json.WriteString("schedule_type"u8, trigger.ScheduleType);
        json.WriteString("schedule_interval"u8, trigger.ScheduleType == "time" ? "@daily" : null);
        json.WriteString("status"u8, trigger.Status);
        json.WriteString("token"u8, trigger.Token);
        json.WritePropertyName("variables"u8);
        if (trigger.Variables is { } variables)
        {
            variables.WriteTo(json);
        }
        else
        {
            json.WriteNullValue();
        }
        json.WriteTime("created_at"u8, trigger.CreatedAt, trigger.Id);
        json.WriteTime("updated_at"u8, trigger.CreatedAt, trigger.Id);
        json.WriteEndObject();
    }
}
