using System.Globalization;
using System.Text.Json;
using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Vendors.Supaflow;

internal static class JobsTable
{
    public static readonly Table<JobRow> Table = new(
        "jobs",
        [
            Column("id", ColumnType.Uuid, r => r.Job.JobId),
            Column("name", ColumnType.Text, r => r.Job.PipelineName),
            Column("job_type", ColumnType.Text, _ => "pipeline_run"),
            Column("job_status", ColumnType.Text, r => r.State.Word),
            Column("status_message", ColumnType.Text, r => r.State.Message),
            Column("reference_id", ColumnType.Uuid, r => r.Job.PipelineId),
            Column("org_id", ColumnType.Uuid, _ => SupaflowState.OrgId),
            Column("created_at", ColumnType.Timestamp, r => r.Job.CreatedAt),
            Column("created_by", ColumnType.Uuid, r => r.Job.CreatedBy),
            Column("updated_at", ColumnType.Timestamp, r => r.State.UpdatedAt),
            Column("started_at", ColumnType.Timestamp, r => r.State.StartedAt),
            Column("ended_at", ColumnType.Timestamp, r => r.State.EndedAt),
            Column("execution_duration_ms", ColumnType.Integer, r => Duration(r)),
            Column("schedule_execution_id", ColumnType.Uuid, r => r.Job.ScheduleExecutionId),
            Column("job_response", ColumnType.Json, r => HasResponse(r) ? WriteResponse(r) : null),
            Column("job_parameters", ColumnType.Json, r => WriteParameters(r)),
        ]
    );

    public static IEnumerable<JobRow> Rows(Call call, Filter<JobRow>[] filters)
    {
        var jobs = call.Tenant.Supaflow.Jobs;
        // Watching asks by id: that must not cost a look at every job ever made.
        var byId = Array.Find(filters, f => f.Column.Name == "id" && f.NamesValues);
        var candidates = byId is null
            ? jobs.Visible(call.Now).Where(j => j.CreatedAt <= call.Now - call.Stale)
            : byId.Values!.Cast<Guid>().Distinct().Select(id => jobs.FindVisible(id.ToString(), call.Now)).OfType<SupaflowJob>();
        return candidates.Select(j => new JobRow(j, j.State(call.Now))).Where(r => Array.TrueForAll(filters, f => f.Matches(r)));
    }

    private static Column<JobRow> Column(string name, ColumnType type, Func<JobRow, object?> read) =>
        new(name, type, row => row.Job.Columns?.TryGetValue(name, out var forced) == true ? Forced(type, forced) : read(row));

    private static object? Forced(ColumnType type, JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.Number when value.TryGetInt64(out var number) => number,
            JsonValueKind.String => ForcedText(type, value.GetString()!),
            _ => value,
        };

    private static object ForcedText(ColumnType type, string text) =>
        type switch
        {
            ColumnType.Uuid when Guid.TryParse(text, out var id) => id,
            ColumnType.Timestamp
                when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time,
            _ => text,
        };

    private static long? Duration(JobRow row) =>
        row.State is { StartedAt: { } started, EndedAt: { } ended } ? (long)(ended - started).TotalMilliseconds : null;

    private static bool HasResponse(JobRow row) => row.State.Word is "completed" or "completed_with_warning" or "failed";

    private static Action<Utf8JsonWriter> WriteResponse(JobRow row) =>
        json =>
        {
            var isClean = row.State.Word == "completed";
            json.WriteStartObject();
            json.WriteNumber("total_objects"u8, 5);
            json.WriteNumber("total_rows_source"u8, 1200);
            json.WriteNumber("total_rows_destination"u8, isClean ? 1200 : 1100);
            json.WriteNumber("total_failed"u8, isClean ? 0 : 1);
            json.WriteNumber("total_skipped"u8, 0);
            json.WriteEndObject();
        };

    private static Action<Utf8JsonWriter> WriteParameters(JobRow row) =>
        json =>
        {
            json.WriteStartObject();
            json.WriteString("pipeline_id"u8, row.Job.PipelineId);
            json.WriteStartObject("source"u8);
            json.WriteString("username"u8, "loader"u8);
            json.WriteString("password"u8, "job-parameters-credential"u8);
            json.WriteEndObject();
            json.WriteEndObject();
        };
}
