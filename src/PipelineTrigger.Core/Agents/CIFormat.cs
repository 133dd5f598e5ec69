namespace PipelineTrigger.Core.Agents;

/// <summary>The words of <c>-CIFormat</c>, and what they come to on this machine.</summary>
internal static class CIFormat
{
    public const string None = "None";
    public const string Auto = "Auto";
    public const string AzureDevops = "AzureDevops";
    public const string GithubActions = "GithubActions";

    /// <summary>The agent that is told of the runs; null for none.</summary>
    /// <param name="format">One of the words.</param>
    /// <param name="environment">An environment variable by its name.</param>
    /// <param name="write">Takes one line of the agent's log.</param>
    public static IAgent? Agent(string format, Func<string, string?> environment, Action<string> write) =>
        (Is(format, Auto) ? Detected(environment) : format) switch
        {
            var chosen when Is(chosen, AzureDevops) => new AzureDevopsAgent(environment, write),
            var chosen when Is(chosen, GithubActions) => new GithubAgent(environment, write),
            _ => null,
        };

    /// <summary>Whether the word names an agent, whatever the environment.</summary>
    public static bool IsExplicit(string format) => !Is(format, Auto) && !Is(format, None);

    private static string Detected(Func<string, string?> environment) =>
        !string.IsNullOrEmpty(environment("TF_BUILD")) ? AzureDevops
        : !string.IsNullOrEmpty(environment("GITHUB_ACTIONS")) ? GithubActions
        : None;

    private static bool Is(string format, string word) => string.Equals(format, word, StringComparison.OrdinalIgnoreCase);
}
