using System.Management.Automation.Host;

namespace PipelineTrigger.Session;

/// <summary>What the host and the machine of this session support.</summary>
internal static class HostCapability
{
    private static readonly string[] AgentVariables =
    [
        "TF_BUILD",
        "GITHUB_ACTIONS",
        "CI",
        "AUTOMATION_ASSET_ACCOUNTID",
        "AZUREPS_HOST_ENVIRONMENT",
    ];
    private static readonly string[] Sandboxes = ["AUTOMATION_ASSET_ACCOUNTID", "AZUREPS_HOST_ENVIRONMENT", "FUNCTIONS_WORKER_RUNTIME"];
    private static readonly string[] InteractiveHosts = ["ConsoleHost", "Visual Studio Code Host", "Windows PowerShell ISE Host"];

    /// <summary>Whether this machine exists for one job only: a hosted agent or a cloud sandbox.</summary>
    public static bool IsEphemeral =>
        (IsSet("TF_BUILD") && Environment.GetEnvironmentVariable("AGENT_ISSELFHOSTED") != "1")
        || (IsSet("GITHUB_ACTIONS") && Environment.GetEnvironmentVariable("RUNNER_ENVIRONMENT") != "self-hosted")
        || Sandboxes.Any(IsSet);

    /// <summary>Whether a user can answer prompts and sees what is selected by default.</summary>
    public static bool IsInteractive(PSHost host) =>
        host.UI?.RawUI is not null
        && InteractiveHosts.Contains(host.Name)
        && Environment.UserInteractive
        && !Console.IsInputRedirected
        && !AgentVariables.Any(IsSet)
        && !Environment.GetCommandLineArgs().Any(IsNonInteractiveSwitch);

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

    // PowerShell accepts any prefix of the word that no other switch has.
    private static bool IsNonInteractiveSwitch(string argument) =>
        argument.Length >= 5
        && argument[0] is ('-' or '/')
        && "noninteractive".StartsWith(argument.TrimStart('-', '/'), StringComparison.OrdinalIgnoreCase);
}
