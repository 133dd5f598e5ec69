using System.Globalization;
using PipelineTrigger.Emulator.Hosting;
using PipelineTrigger.Emulator.Runs;

namespace PipelineTrigger.Emulator.Vendors.Mage;

internal sealed class MageRun(int number, DateTimeOffset createdAt, Plan plan)
    : Run(Vendor.Mage, Words, number.ToString(CultureInfo.InvariantCulture), createdAt, plan)
{
    private static readonly Vocabulary Words = new(
        queued: "initial",
        running: "running",
        cancelled: "cancelled",
        final: ["completed", "failed", "cancelled"],
        outcomes: new() { ["success"] = "completed" }
    );

    public int Number { get; } = number;

    /// <summary>Null once the trigger was deleted.</summary>
    public MageTrigger? Trigger { get; set; }

    public required string PipelineUuid { get; init; }

    /// <summary>As JSON, <c>execution_partition</c> included.</summary>
    public required byte[] Variables { get; init; }

    /// <summary>As JSON; null for the REST form.</summary>
    public byte[]? EventVariables { get; init; }

    public string? Form { get; init; }

    public override string Pipeline => PipelineUuid;
}
