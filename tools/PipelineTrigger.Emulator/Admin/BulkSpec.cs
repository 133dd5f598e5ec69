namespace PipelineTrigger.Emulator.Admin;

internal sealed record BulkSpec(int Count);
