namespace PipelineTrigger.Emulator.Admin;

internal sealed record ClockAdvance(double AdvanceSeconds);
