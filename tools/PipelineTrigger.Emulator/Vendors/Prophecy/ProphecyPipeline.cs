using PipelineTrigger.Emulator.Runs;

namespace PipelineTrigger.Emulator.Vendors.Prophecy;

/// <summary>What is special about one pipeline; others of a known project just run.</summary>
internal sealed record ProphecyPipeline(PlanChange? Plan = null, string? Error = null);
