using System.Text.Json;
using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Vendors.Supaflow;

/// <summary>A PATCH of jobs: whatever the filters let through is overwritten, ended or not.</summary>
internal static class UpdateJobs
{
    public static Answer Handle(Call call)
    {
        var filters = JobsTable.Table.Filters(call.Query);
        var selection = JobsTable.Table.Selection(call.Query);
        if (filters.Length == 0)
        {
            throw new PostgrestException(400, "21000", "UPDATE requires a WHERE clause");
        }
        using var body = PostgrestApi.ReadBody(call);
        var status = NewStatus(body.RootElement);
        var changed = JobsTable.Table.Page(call.Query, JobsTable.Rows(call, filters)).Select(row => Overwrite(call, row, status)).ToArray();
        return call.Headers["Prefer"].ToString().Contains("return=representation", StringComparison.Ordinal)
            ? PostgrestApi.Rows(changed, selection)
            : Answer.Empty(204);
    }

    private static string NewStatus(JsonElement change)
    {
        foreach (var property in change.EnumerateObject())
        {
            if (!JobsTable.Table.Has(property.Name))
            {
                throw new PostgrestException(400, "PGRST204", $"Could not find the '{property.Name}' column of 'jobs' in the schema cache");
            }
            if (property.Name != "job_status")
            {
                throw new PostgrestException(403, "42501", $"permission denied for column {property.Name}");
            }
            return property.Value.ToString();
        }
        throw new PostgrestException(400, "PGRST102", "Empty or invalid json");
    }

    // The row says so at once; the agent, when it has a delay, still reports the run as running until it has heard.
    private static JobRow Overwrite(Call call, JobRow row, string status)
    {
        if (status != "cancelled" || !row.Job.TryCancel(call.Now, row.Job.CancelSeconds))
        {
            row.Job.Force(status, row.State.Message, call.Now);
        }
        return row with { State = row.State with { Word = status, UpdatedAt = call.Now } };
    }
}
