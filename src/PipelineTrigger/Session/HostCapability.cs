using System.Management.Automation.Host;

namespace PipelineTrigger.Session;

/// <summary>What may be expected of whoever started this session.</summary>
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

    /// <summary>Whether this machine is made for one job and gone after it: a hosted agent or a cloud's sandbox.</summary>
    public static bool IsEphemeral =>
        (IsSet("TF_BUILD") && Environment.GetEnvironmentVariable("AGENT_ISSELFHOSTED") != "1")
        || (IsSet("GITHUB_ACTIONS") && Environment.GetEnvironmentVariable("RUNNER_ENVIRONMENT") != "self-hosted")
        || Sandboxes.Any(IsSet);

    /// <summary>Whether somebody sits there who can be asked and who sees what is chosen for them.</summary>
    public static bool IsInteractive(PSHost host) =>
        host.UI?.RawUI is not null
        && InteractiveHosts.Contains(host.Name)
        && Environment.UserInteractive
        && !Console.IsInputRedirected
        && !AgentVariables.Any(IsSet)
        && !Environment.GetCommandLineArgs().Any(IsNonInteractiveSwitch);

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

    // As PowerShell reads it: any beginning of the word that no other switch shares.
    private static bool IsNonInteractiveSwitch(string argument) =>
        argument.Length >= 5
        && argument[0] is ('-' or '/')
        && "noninteractive".StartsWith(argument.TrimStart('-', '/'), StringComparison.OrdinalIgnoreCase);
}
