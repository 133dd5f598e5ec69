namespace PipelineTrigger.Benchmarks;

/// <summary>What the command line asks for.</summary>
/// <param name="Quick">Fewer and smaller rounds: to see that everything works, not what it costs.</param>
/// <param name="Only">The benchmarks to run; empty: all.</param>
internal sealed record BenchmarkOptions(bool Quick, IReadOnlyList<string> Only, string? Json, string? Plot)
{
    /// <summary>Null for a command line that is not understood.</summary>
    public static BenchmarkOptions? TryParse(string[] args)
    {
        var options = new BenchmarkOptions(Quick: false, [], null, null);
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--quick":
                    options = options with { Quick = true };
                    break;
                case "--only" when value?.Split(',') is { } names && names.All(IsKnown):
                    options = options with { Only = names };
                    i++;
                    break;
                case "--json" when value is not null:
                    options = options with { Json = value };
                    i++;
                    break;
                case "--plot" when value is not null:
                    options = options with { Plot = value };
                    i++;
                    break;
                default:
                    return null;
            }
        }

        return options;
    }

    public bool Includes(IBenchmark benchmark) => Only.Count == 0 || Only.Contains(benchmark.Name);

    private static bool IsKnown(string name) => BenchmarkList.All.Any(b => b.Name == name);
}
