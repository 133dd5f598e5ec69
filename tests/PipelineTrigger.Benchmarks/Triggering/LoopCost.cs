namespace PipelineTrigger.Benchmarks.Triggering;

/// <summary>What a loop over many triggers came to.</summary>
/// <param name="Rate">Triggers a second.</param>
/// <param name="Processor">Microseconds of this process's processor time, a trigger.</param>
internal readonly record struct LoopCost(double Rate, double Processor);
