namespace PipelineTrigger.FaultSuite;

/// <summary>What the command line asks for.</summary>
/// <param name="Short">The form that is part of the tests: less of everything.</param>
/// <param name="Only">The scenarios to run; empty: all.</param>
internal sealed record SuiteOptions(bool Short, IReadOnlyList<string> Only)
{
    /// <summary>Null for a command line that is not understood.</summary>
    public static SuiteOptions? TryParse(string[] args)
    {
        var options = new SuiteOptions(Short: false, []);
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--short":
                    options = options with { Short = true };
                    break;
                case "--only"
                    when i + 1 < args.Length
                        && args[i + 1].Split(',') is var names
                        && names.All(n => ScenarioList.All.Any(s => s.Name == n)):
                    options = options with { Only = names };
                    i++;
                    break;
                default:
                    return null;
            }
        }

        return options;
    }

    public bool Includes(IScenario scenario) => Only.Count == 0 || Only.Contains(scenario.Name);

    /// <summary>A number of the long form, or of the short one.</summary>
    public int Or(int full, int brief) => Short ? brief : full;
}
