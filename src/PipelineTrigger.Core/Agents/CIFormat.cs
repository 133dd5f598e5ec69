namespace PipelineTrigger.Core.Agents;

/// <summary>The values of <c>-CIFormat</c>, and the build agent that each selects.</summary>
internal static class CIFormat
{
    public const string None = "None";
    public const string Auto = "Auto";
    public const string AzureDevops = "AzureDevops";
    public const string GithubActions = "GithubActions";

    /// <summary>The build agent to report to; null for none.</summary>
    /// <param name="format">One of the values.</param>
    /// <param name="environment">Returns an environment variable by name.</param>
    /// <param name="write">Writes one line to the agent's log.</param>
    public static IAgent? Agent(string format, Func<string, string?> environment, Action<string> write) =>
        (Is(format, Auto) ? Detected(environment) : format) switch
        {
            var chosen when Is(chosen, AzureDevops) => new AzureDevopsAgent(environment, write),
            var chosen when Is(chosen, GithubActions) => new GithubAgent(environment, write),
            _ => null,
        };

    /// <summary>Whether the value selects an agent regardless of the environment.</summary>
    public static bool IsExplicit(string format) => !Is(format, Auto) && !Is(format, None);

    private static string Detected(Func<string, string?> environment) =>
        !string.IsNullOrEmpty(environment("TF_BUILD")) ? AzureDevops
        : !string.IsNullOrEmpty(environment("GITHUB_ACTIONS")) ? GithubActions
        : None;

    private static bool Is(string format, string word) => string.Equals(format, word, StringComparison.OrdinalIgnoreCase);
}
