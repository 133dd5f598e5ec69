namespace PipelineTrigger.Emulator.Runs;

/// <summary>A vendor's words for the states of a run.</summary>
internal sealed class Vocabulary(string queued, string running, string cancelled, string[] final, Dictionary<string, string> outcomes)
{
    public string Queued { get; } = queued;

    public string Running { get; } = running;

    public string Cancelled { get; } = cancelled;

    public bool IsFinal(string word) => Array.IndexOf(final, word) >= 0;

    public string WordFor(string outcome) => outcomes.GetValueOrDefault(outcome, outcome);
}
