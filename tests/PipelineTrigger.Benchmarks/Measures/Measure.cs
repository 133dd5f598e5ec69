namespace PipelineTrigger.Benchmarks.Measures;

/// <summary>One row of the table.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">Null where it could not be measured.</param>
/// <param name="Unit">Of the value and of what it is compared with.</param>
internal sealed record Measure(string Name, double? Value, string Unit)
{
    /// <summary>What the value is compared with, in words.</summary>
    public string? ComparedWith { get; init; }

    /// <summary>The figure that the words stand for.</summary>
    public double? Compared { get; init; }

    /// <summary>Value through compared.</summary>
    public double? Ratio { get; init; }

    /// <summary>What must be reached, in words.</summary>
    public string? Reach { get; init; }

    /// <summary>Null: there is nothing to be reached, or it was not measured.</summary>
    public bool? IsReached { get; init; }

    /// <summary>What else a reader should know.</summary>
    public string? Note { get; init; }

    /// <summary>The single rounds that the value is the median of.</summary>
    public IReadOnlyList<double> Rounds { get; init; } = [];

    /// <summary>The single rounds of what it is compared with.</summary>
    public IReadOnlyList<double> ComparedRounds { get; init; } = [];

    public static Measure NotMeasured(string name, string why) => new(name, null, "") { Note = $"not measured: {why}" };

    /// <summary>The medians of interleaved rounds, side by side.</summary>
    public static Measure Of(
        string name,
        string unit,
        IReadOnlyList<double> rounds,
        string comparedWith,
        IReadOnlyList<double> comparedRounds
    ) =>
        new Measure(name, rounds.Median(), unit) { Rounds = rounds, ComparedRounds = comparedRounds }.Against(
            comparedWith,
            comparedRounds.Median()
        );

    public Measure Against(string comparedWith, double compared) =>
        this with
        {
            ComparedWith = comparedWith,
            Compared = compared,
            Ratio = Value / compared,
        };

    public Measure RatioAtLeast(double limit) => this with { Reach = $"≥ {limit} ×", IsReached = Ratio >= limit };

    public Measure RatioAtMost(double limit) => this with { Reach = $"≤ {limit} ×", IsReached = Ratio <= limit };

    public Measure AtMost(double limit) =>
        this with
        {
            Reach = $"≤ {limit}{(Unit.Length == 0 ? "" : $" {Unit}")}",
            IsReached = Value <= limit,
        };
}
