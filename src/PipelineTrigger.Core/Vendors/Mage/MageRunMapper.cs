using System.Globalization;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Vendors.Mage;

/// <summary>Mage's runs in our words.</summary>
internal sealed class MageRunMapper(Uri baseUri, Redactor redactor)
{
    private const int BlocksShown = 3;

    /// <summary>The run as Mage tells it, with what was known of it where it does not tell.</summary>
    public PipelineRun Map(MageRun told, PipelineRun known)
    {
        var run = known.Copy();
        run.RunId = told.Id!.Value.ToString(CultureInfo.InvariantCulture);
        run.Vendor = PipelineVendor.Mage;
        run.Status = MageStatus.Of(told.Status);
        run.VendorStatus = redactor.Clean(told.Status, 60);
        run.Pipeline = redactor.Clean(told.PipelineUuid, 200) ?? known.Pipeline;
        run.CreatedAt = VendorTime.Parse(told.CreatedAt) ?? known.CreatedAt;
        run.StartedAt = VendorTime.Parse(told.StartedAt) ?? known.StartedAt;
        run.UpdatedAt = VendorTime.Parse(told.UpdatedAt) ?? known.UpdatedAt;

        // Mage stamps the end of completed runs alone; the last touch of the others is theirs.
        run.FinishedAt = run.IsFinished ? VendorTime.Parse(told.CompletedAt) ?? VendorTime.Parse(told.UpdatedAt) : null;
        run.Message = Message(told, run);
        if (told.PipelineScheduleId is { } trigger)
        {
            run.Details["TriggerId"] = trigger.ToString(CultureInfo.InvariantCulture);
        }

        if (redactor.Clean(told.ExecutionDate, 60) is { } executionDate)
        {
            run.Details["ExecutionDate"] = executionDate;
        }

        run.Url = run.Pipeline is { } pipeline
            ? EndpointUri.Below(baseUri, $"/pipelines/{Uri.EscapeDataString(pipeline)}/runs/{run.RunId}").AbsoluteUri
            : null;
        return run;
    }

    /// <summary>The run with the status that a page tells; the same object where that has not changed.</summary>
    public PipelineRun MapStatus(MageRun told, PipelineRun known)
    {
        if (known.VendorStatus == told.Status)
        {
            return known;
        }

        var run = known.Copy();
        run.RunId = told.Id!.Value.ToString(CultureInfo.InvariantCulture);
        run.Vendor = PipelineVendor.Mage;
        run.Status = MageStatus.Of(told.Status);
        run.VendorStatus = redactor.Clean(told.Status, 60);
        return run;
    }

    private string? Message(MageRun told, PipelineRun run)
    {
        var errors = (told.BlockRuns ?? [])
            .OfType<MageBlockRun>()
            .Select(block => Error(block) is { } error ? $"{block.BlockUuid}: {error}" : null)
            .OfType<string>()
            .Take(BlocksShown);
        return redactor.Clean(string.Join("; ", errors))
            ?? (
                run.Status == PipelineRunStatus.Cancelled && told is { CreatedAt: not null, StartedAt: null }
                    ? "Cancelled before it started: by hand, or by the trigger's limit of runs at once."
                    : null
            );
    }

    private static string? Error(MageBlockRun block) =>
        JsonAnswer.Property(JsonAnswer.Property(block.Metrics, "error"), "error") is { } error
            ? JsonAnswer.Text(error) ?? error.GetRawText()
            : null;
}
