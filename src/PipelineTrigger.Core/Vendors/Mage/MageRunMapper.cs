using System.Globalization;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Vendors.Mage;

/// <summary>Maps Mage's runs to <see cref="PipelineRun"/>.</summary>
internal sealed class MageRunMapper(Uri baseUri, Redactor redactor)
{
    private const int BlocksShown = 3;

    /// <summary>The run with Mage's values; values that Mage did not return are taken from the known run.</summary>
    public PipelineRun Map(MageRun row, PipelineRun known)
    {
        var run = known.Copy();
        run.RunId = row.Id!.Value.ToString(CultureInfo.InvariantCulture);
        run.Vendor = PipelineVendor.Mage;
        run.Status = MageStatus.Of(row.Status);
        run.VendorStatus = redactor.Clean(row.Status, 60);
        run.Pipeline = redactor.Clean(row.PipelineUuid, 200) ?? known.Pipeline;
        run.CreatedAt = VendorTime.Parse(row.CreatedAt) ?? known.CreatedAt;
        run.StartedAt = VendorTime.Parse(row.StartedAt) ?? known.StartedAt;
        run.UpdatedAt = VendorTime.Parse(row.UpdatedAt) ?? known.UpdatedAt;

        // Mage sets completed_at only for completed runs; for other final statuses, the last update is the end.
        run.FinishedAt = run.IsFinished ? VendorTime.Parse(row.CompletedAt) ?? VendorTime.Parse(row.UpdatedAt) : null;
        run.Message = Message(row, run);
        if (row.PipelineScheduleId is { } trigger)
        {
            run.Details["TriggerId"] = trigger.ToString(CultureInfo.InvariantCulture);
        }

        if (redactor.Clean(row.ExecutionDate, 60) is { } executionDate)
        {
            run.Details["ExecutionDate"] = executionDate;
        }

        run.Url = run.Pipeline is { } pipeline
            ? EndpointUri.Below(baseUri, $"/pipelines/{Uri.EscapeDataString(pipeline)}/runs/{run.RunId}").AbsoluteUri
            : null;
        return run;
    }

    /// <summary>The run with the status from a page; the same object if the status has not changed.</summary>
    public PipelineRun MapStatus(MageRun row, PipelineRun known)
    {
        if (known.VendorStatus == row.Status)
        {
            return known;
        }

        var run = known.Copy();
        run.RunId = row.Id!.Value.ToString(CultureInfo.InvariantCulture);
        run.Vendor = PipelineVendor.Mage;
        run.Status = MageStatus.Of(row.Status);
        run.VendorStatus = redactor.Clean(row.Status, 60);
        return run;
    }

    private string? Message(MageRun row, PipelineRun run)
    {
        var errors = (row.BlockRuns ?? [])
            .OfType<MageBlockRun>()
            .Select(block => Error(block) is { } error ? $"{block.BlockUuid}: {error}" : null)
            .OfType<string>()
            .Take(BlocksShown);
        return redactor.Clean(string.Join("; ", errors))
            ?? (
                run.Status == PipelineRunStatus.Cancelled && row is { CreatedAt: not null, StartedAt: null }
                    ? "Cancelled before it started, either manually or by the trigger's limit of concurrent runs."
                    : null
            );
    }

    private static string? Error(MageBlockRun block) =>
        JsonAnswer.Property(JsonAnswer.Property(block.Metrics, "error"), "error") is { } error
            ? JsonAnswer.Text(error) ?? error.GetRawText()
            : null;
}
