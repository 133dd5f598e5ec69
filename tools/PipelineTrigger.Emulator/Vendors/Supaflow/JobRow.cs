using PipelineTrigger.Emulator.Runs;

namespace PipelineTrigger.Emulator.Vendors.Supaflow;

internal readonly record struct JobRow(SupaflowJob Job, RunState State);
