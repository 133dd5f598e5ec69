using System.Globalization;
using System.Net.Http;
using System.Text.Json;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Time;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Vendors.Supaflow;

/// <summary>
/// Reads and changes job rows. It always names the columns, and uses only documented columns if a server rejects the others.
/// </summary>
internal sealed class SupaflowJobs(VendorParts parts, IAuthorization authorization)
{
    private const string AllColumns =
        "id,name,job_status,status_message,reference_id,created_at,updated_at,started_at,ended_at,job_response";
    private const string OwnerColumns = "created_by,schedule_execution_id";
    private const string DocumentedColumns = "id,job_status,status_message";

    private string columns = AllColumns;

    /// <summary>The rows that match the filter.</summary>
    /// <param name="filter">A PostgREST filter, escaped.</param>
    /// <param name="change">The body of a change to those rows; null to read them.</param>
    /// <param name="observer">Receives verbose messages.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<IReadOnlyList<SupaflowJob>> SelectAsync(
        string filter,
        byte[]? change,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var asked = columns;
        var answer = await SendAsync(filter, change, asked, observer, cancellationToken).ConfigureAwait(false);
        if (asked != DocumentedColumns && answer.StatusCode == 400 && Postgrest.Error(answer)?.Code == Postgrest.UndefinedColumn)
        {
            columns = DocumentedColumns;
            answer = await SendAsync(filter, change, DocumentedColumns, observer, cancellationToken).ConfigureAwait(false);
        }

        return SupaflowErrors.Rows(answer, SupaflowJson.Default.Jobs, "jobs", parts);
    }

    /// <summary>The rows that match the filter, with the users who created them.</summary>
    /// <exception cref="PipelineException">NotSupported: this server does not return the users.</exception>
    public async Task<IReadOnlyList<SupaflowJob>> ListAsync(string filter, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(filter, null, $"{AllColumns},{OwnerColumns}", observer, cancellationToken).ConfigureAwait(false);
        return answer.StatusCode == 400 && Postgrest.Error(answer)?.Code == Postgrest.UndefinedColumn
            ? throw new PipelineException(
                PipelineErrorId.NotSupported,
                $"Supaflow does not return who created a job.{SenderErrors.Said(Postgrest.Explain(answer), parts.Redactor)}"
            )
            : SupaflowErrors.Rows(answer, SupaflowJson.Default.Jobs, "jobs", parts);
    }

    /// <summary>The run with the row's values; values that the row does not have are taken from the known run.</summary>
    public PipelineRun Map(SupaflowJob job, PipelineRun known)
    {
        var run = known.Copy();
        run.RunId = job.Id ?? known.RunId;
        run.Vendor = PipelineVendor.Supaflow;
        run.Status = SupaflowStatus.Of(job.JobStatus);
        run.VendorStatus = parts.Redactor.Clean(job.JobStatus, 60);
        run.Message = parts.Redactor.Clean(job.StatusMessage);
        run.Pipeline = known.Pipeline ?? parts.Redactor.Clean(job.Name ?? job.ReferenceId, 200);
        run.CreatedAt = VendorTime.Parse(job.CreatedAt) ?? known.CreatedAt;
        run.StartedAt = VendorTime.Parse(job.StartedAt) ?? known.StartedAt;
        run.UpdatedAt = VendorTime.Parse(job.UpdatedAt) ?? known.UpdatedAt;
        run.FinishedAt = run.IsFinished ? VendorTime.Parse(job.EndedAt) ?? run.UpdatedAt : null;
        foreach (var (column, value) in Totals(job.JobResponse))
        {
            run.Details[column] = value;
        }

        return run;
    }

    private Task<VendorAnswer> SendAsync(
        string filter,
        byte[]? change,
        string select,
        IOperationObserver observer,
        CancellationToken cancellationToken
    ) =>
        parts.Sender.SendAsync(
            new(change is null ? HttpMethod.Get : VendorRequest.Patch, $"/rest/v1/jobs?{filter}&select={select}", authorization)
            {
                Body = change,
                Headers = change is null ? [] : [new("Prefer", "return=representation")],
                Explain = Postgrest.Explain,
            },
            observer,
            cancellationToken
        );

    private static IEnumerable<(string Column, string Value)> Totals(JsonElement? response)
    {
        foreach (var column in new[] { "total_objects", "total_rows_source", "total_rows_destination", "total_failed", "total_skipped" })
        {
            if (JsonAnswer.Property(response, column) is { ValueKind: JsonValueKind.Number } value)
            {
                yield return (Pascal(column), value.GetRawText());
            }
        }
    }

    private static string Pascal(string column) =>
        string.Concat(column.Split('_').Select(word => char.ToUpper(word[0], CultureInfo.InvariantCulture) + word.Substring(1)));
}
