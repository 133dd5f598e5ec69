using System.Management.Automation.Host;

namespace PipelineTrigger.Hosting;

/// <summary>What may be expected of whoever started this session.</summary>
internal static class HostCapability
{
    private static readonly string[] AgentVariables = ["TF_BUILD", "GITHUB_ACTIONS", "CI", "AUTOMATION_ASSET_ACCOUNTID", "AZUREPS_HOST_ENVIRONMENT"];
    private static readonly string[] InteractiveHosts = ["ConsoleHost", "Visual Studio Code Host", "Windows PowerShell ISE Host"];

    /// <summary>Whether somebody sits there who can be asked and who sees what is chosen for them.</summary>
    public static bool IsInteractive(PSHost host) =>
        host.UI?.RawUI is not null
        && InteractiveHosts.Contains(host.Name)
        && Environment.UserInteractive
        && !Console.IsInputRedirected
        && !AgentVariables.Any(v => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(v)))
        && !Environment.GetCommandLineArgs().Any(IsNonInteractiveSwitch);

    // As PowerShell reads it: any beginning of the word that no other switch shares.
    private static bool IsNonInteractiveSwitch(string argument) =>
        argument.Length >= 5 && argument[0] is ('-' or '/') && "noninteractive".StartsWith(argument.TrimStart('-', '/'), StringComparison.OrdinalIgnoreCase);
}
