using PipelineTrigger.Emulator.Hosting;
using PipelineTrigger.Emulator.Runs;

namespace PipelineTrigger.Emulator.Vendors.Supaflow;

internal sealed class SupaflowJob(Guid jobId, DateTimeOffset createdAt, Plan plan)
    : Run(Vendor.Supaflow, Words, jobId.ToString(), createdAt, plan)
{
    private static readonly Vocabulary Words = new(
        queued: "queued",
        running: "running",
        cancelled: "cancelled",
        final: ["completed", "completed_with_warning", "failed", "cancelled", "timed_out", "skipped"],
        outcomes: new()
        {
            ["success"] = "completed",
            ["warning"] = "completed_with_warning",
            ["timedOut"] = "timed_out",
        }
    );

    public Guid JobId { get; } = jobId;

    public required Guid PipelineId { get; init; }

    public required string PipelineName { get; init; }

    public required Guid CreatedBy { get; init; }

    public Guid? ScheduleExecutionId { get; init; }

    public override string Pipeline => PipelineName;
}
