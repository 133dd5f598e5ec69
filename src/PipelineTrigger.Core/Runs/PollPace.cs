namespace PipelineTrigger.Core.Runs;

/// <summary>How often a vendor's runs are looked at: from <paramref name="Floor"/>, growing by <paramref name="Growth"/> a look, to <paramref name="Ceiling"/>.</summary>
/// <param name="Floor">The shortest interval that is polite to the vendor.</param>
/// <param name="Ceiling">The longest interval.</param>
/// <param name="Growth">1 for a fixed interval.</param>
internal sealed record PollPace(TimeSpan Floor, TimeSpan Ceiling, double Growth = 1);
