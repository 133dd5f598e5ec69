using PipelineTrigger.Emulator.Hosting;
using PipelineTrigger.Emulator.Runs;

namespace PipelineTrigger.Emulator.Admin;

internal sealed record DefaultsSpec(
    Vendor? Vendor = null,
    double? QueuedSeconds = null,
    double? RunningSeconds = null,
    string? Outcome = null,
    string? Message = null,
    double? CancelSeconds = null
)
{
    public Plan Plan => new PlanChange(QueuedSeconds, RunningSeconds, Outcome, Message, CancelSeconds).ApplyTo(new Plan());
}
