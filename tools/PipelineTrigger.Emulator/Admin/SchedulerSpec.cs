namespace PipelineTrigger.Emulator.Admin;

internal sealed record SchedulerSpec(bool Running = true);
