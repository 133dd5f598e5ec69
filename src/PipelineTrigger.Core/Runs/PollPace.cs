namespace PipelineTrigger.Core.Runs;

/// <summary>How often a vendor's runs are read: at an interval that grows with each read.</summary>
/// <param name="Floor">The first and shortest interval.</param>
/// <param name="Ceiling">The longest interval.</param>
/// <param name="Growth">The factor by which the interval grows; 1 for a fixed interval.</param>
internal sealed record PollPace(TimeSpan Floor, TimeSpan Ceiling, double Growth = 1);
