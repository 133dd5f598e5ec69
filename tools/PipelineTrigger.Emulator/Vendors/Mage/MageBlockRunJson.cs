using System.Text.Json;
using PipelineTrigger.Emulator.Runs;

namespace PipelineTrigger.Emulator.Vendors.Mage;

/// <summary>Every emulated pipeline has two blocks; a failure happens in the second.</summary>
internal static class MageBlockRunJson
{
    private static readonly string[] Blocks = ["load_data", "export_data"];

    public static int Count => Blocks.Length;

    public static void Write(Utf8JsonWriter json, MageRun run, RunState state)
    {
        json.WriteStartArray("block_runs"u8);
        for (var i = 0; i < Blocks.Length; i++)
        {
            var isLast = i == Blocks.Length - 1;
            var status = state.Word == "failed" && !isLast ? "completed" : state.Word;
            json.WriteStartObject();
            json.WriteNumber("id"u8, (run.Number - 1L) * Blocks.Length + i + 1);
            json.WriteNumber("pipeline_run_id"u8, run.Number);
            json.WriteString("block_uuid"u8, Blocks[i]);
            json.WriteString("status"u8, status);
            json.WriteTime("created_at"u8, run.CreatedAt, run.Number);
            json.WriteTime("started_at"u8, state.StartedAt, run.Number);
            json.WriteTime("completed_at"u8, status == "completed" ? state.EndedAt : null, run.Number);
            json.WriteTime("updated_at"u8, state.UpdatedAt, run.Number);
            WriteMetrics(json, status == "failed" ? state.Message ?? "division by zero" : null);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteMetrics(Utf8JsonWriter json, string? error)
    {
        json.WriteStartObject("metrics"u8);
        if (error is not null)
        {
            json.WriteStartObject("error"u8);
            json.WriteString("error"u8, error);
            json.WriteStartArray("errors"u8);
            json.WriteStringValue("  File \"block.py\", line 12, in execute_block\n"u8);
            json.WriteEndArray();
            json.WriteString("message"u8, $"Traceback (most recent call last):\nException: {error}\n");
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }
}
