using System.Text.Json;
using PipelineTrigger.Emulator.Runs;

namespace PipelineTrigger.Emulator.Vendors.Mage;

internal static class MageRunJson
{
    public static void WriteBasic(this Utf8JsonWriter json, MageRun run, DateTimeOffset now) => json.WriteRun(run, (w, r) =>
        {
            w.WriteStartObject();
            w.WriteString("execution_date"u8, MageTime.WithFraction(r.CreatedAt));
            w.WriteNumber("id"u8, r.Number);
            w.WriteString("status"u8, r.State(now).Word);
            w.WriteEndObject();
        });

    public static void WriteDetail(this Utf8JsonWriter json, MageRun run, DateTimeOffset now) => json.WriteRun(run, (w, r) =>
        {
            var state = r.State(now);
            w.WriteStartObject();
            WriteFields(w, r, state);
            MageBlockRunJson.Write(w, r, state);
            w.WriteEndObject();
        });

    public static void WriteListed(this Utf8JsonWriter json, MageRun run, DateTimeOffset now) => json.WriteRun(run, (w, r) =>
        {
            var state = r.State(now);
            w.WriteStartObject();
            WriteFields(w, r, state);
            MageBlockRunJson.Write(w, r, state);
            w.WriteNumber("block_runs_count"u8, MageBlockRunJson.Count);
            w.WriteString("pipeline_schedule_name"u8, r.Trigger?.Name);
            w.WriteString("pipeline_schedule_token"u8, r.Trigger?.Token);
            w.WriteString("pipeline_schedule_type"u8, r.Trigger?.ScheduleType);
            w.WriteEndObject();
        });

    public static void WritePlain(this Utf8JsonWriter json, MageRun run, RunState state) => json.WriteRun(run, (w, r) =>
        {
            w.WriteStartObject();
            WriteFields(w, r, state);
            w.WriteEndObject();
        });

    /// <summary>The token form's order.</summary>
    public static void WriteByToken(this Utf8JsonWriter json, MageRun run, RunState state) => json.WriteRun(run, (w, r) =>
        {
            w.WriteStartObject();
            WriteRest(w);
            WriteVariables(w, r);
            WriteIdentity(w, r, state);
            w.WriteEndObject();
        });

    private static void WriteFields(Utf8JsonWriter json, MageRun run, RunState state)
    {
        WriteIdentity(json, run, state);
        WriteVariables(json, run);
        WriteRest(json);
    }

    private static void WriteIdentity(Utf8JsonWriter json, MageRun run, RunState state)
    {
        json.WriteNumber("id"u8, run.Number);
        if (run.Trigger is { } trigger)
        {
            json.WriteNumber("pipeline_schedule_id"u8, trigger.Id);
        }
        else
        {
            json.WriteNull("pipeline_schedule_id"u8);
        }
        json.WriteString("pipeline_uuid"u8, run.PipelineUuid);
        json.WriteString("status"u8, state.Word);
        json.WriteTime("created_at"u8, run.CreatedAt, run.Number);
        json.WriteTime("started_at"u8, state.StartedAt, run.Number);
        json.WriteTime("completed_at"u8, state.Word == "completed" ? state.EndedAt : null, run.Number);
        json.WriteTime("updated_at"u8, state.UpdatedAt, run.Number);
        json.WriteString("execution_date"u8, MageTime.WithFraction(run.CreatedAt));
    }

    private static void WriteVariables(Utf8JsonWriter json, MageRun run)
    {
        json.WritePropertyName("variables"u8);
        json.WriteRawValue(run.Variables, skipInputValidation: true);
        json.WritePropertyName("event_variables"u8);
        json.WriteRawValue(run.EventVariables ?? "null"u8, skipInputValidation: true);
    }

    private static void WriteRest(Utf8JsonWriter json)
    {
        json.WriteNull("metrics"u8);
        json.WriteBoolean("passed_sla"u8, false);
        json.WriteString("executor_type"u8, "local_python"u8);
        json.WriteNull("backfill_id"u8);
    }
}
