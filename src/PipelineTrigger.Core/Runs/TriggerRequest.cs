namespace PipelineTrigger.Core.Runs;

/// <summary>What is to be triggered, checked and complete; each vendor has its own kind.</summary>
/// <param name="Target">For people: what would run, such as "pipeline bakehouse in project 41459".</param>
internal abstract record TriggerRequest(string Target)
{
    /// <summary>For people: what would run. One line, safe to print: names may come from a file of somebody else's.</summary>
    public string Target { get; } = SafeText.Clean(Target) ?? "";

    /// <summary>What it would destroy, as a question's text; null for nothing.</summary>
    public virtual string? Destroys => null;

    /// <summary>All that makes it another request than the next: plain values by name, without secrets.</summary>
    public abstract IReadOnlyDictionary<string, object?> Values { get; }
}
