using PipelineTrigger.Emulator.Runs;

namespace PipelineTrigger.Emulator.Vendors.Supaflow;

internal sealed record SupaflowPipeline(
    Guid Id = default,
    string Name = "",
    string ApiName = "",
    bool Active = true,
    PlanChange? Plan = null,
    SupaflowFailure? Error = null
);
