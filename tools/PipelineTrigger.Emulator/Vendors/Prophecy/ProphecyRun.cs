using PipelineTrigger.Emulator.Hosting;
using PipelineTrigger.Emulator.Runs;

namespace PipelineTrigger.Emulator.Vendors.Prophecy;

internal sealed class ProphecyRun(string id, DateTimeOffset createdAt, Plan plan) : Run(Vendor.Prophecy, Words, id, createdAt, plan)
{
    private static readonly Vocabulary Words = new(
        queued: "RUNNING",
        running: "RUNNING",
        cancelled: "CANCELLED",
        final: ["SUCCEEDED", "ERROR"],
        outcomes: new() { ["success"] = "SUCCEEDED", ["failed"] = "ERROR" }
    );

    public required long FabricId { get; init; }

    public required string ProjectId { get; init; }

    public required string PipelineName { get; init; }

    public override string Pipeline => PipelineName;
}
