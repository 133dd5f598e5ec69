namespace PipelineTrigger.Core.Runs;

/// <summary>A valid request to trigger a run; each vendor has its own type.</summary>
/// <param name="Target">What to run, for messages, such as "pipeline bakehouse in project 41459".</param>
internal abstract record TriggerRequest(string Target)
{
    /// <summary>What to run, for messages. One line that is safe to print, because names may come from an untrusted file.</summary>
    public string Target { get; } = SafeText.Clean(Target) ?? "";

    /// <summary>What the run would destroy, for a confirmation prompt; null for nothing.</summary>
    public virtual string? Destroys => null;

    /// <summary>The values that distinguish this request from others, by name; plain values without secrets.</summary>
    public abstract IReadOnlyDictionary<string, object?> Values { get; }
}
