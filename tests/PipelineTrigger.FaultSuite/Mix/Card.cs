namespace PipelineTrigger.FaultSuite.Mix;

/// <summary>What a fault leaves its caller with.</summary>
internal enum Leaves
{
    /// <summary>An answer that tells that no run was made.</summary>
    Certainty,

    /// <summary>Doubt, and no run.</summary>
    DoubtWithoutRun,

    /// <summary>Doubt, and a run, now or later.</summary>
    DoubtAndRun,
}

/// <summary>A fault of the mix.</summary>
/// <param name="Rule">As the emulator takes it.</param>
internal sealed record Card(string Name, Leaves Leaves, Dictionary<string, object?> Rule)
{
    public Card(string name, Leaves leaves, params (string Key, object? Value)[] rule)
        : this(name, leaves, rule.ToDictionary(r => r.Key, r => r.Value)) { }

    public Dictionary<string, object?> ToSpec() => new(Rule) { ["name"] = Name };
}
