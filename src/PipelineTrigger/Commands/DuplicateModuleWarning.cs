using System.Management.Automation;

namespace PipelineTrigger.Commands;

/// <summary>A second copy of the module in one process silently runs the first one's code: that is told.</summary>
internal static class DuplicateModuleWarning
{
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, bool> Warned = new(StringComparer.OrdinalIgnoreCase);

    public static void WriteOnce(PipelineCmdlet cmdlet)
    {
        if (cmdlet.MyInvocation.MyCommand.Module is not { } module)
        {
            return;
        }

        var running = typeof(DuplicateModuleWarning).Assembly;
        var runningVersion = running.GetName().Version!;
        if (
            new Version(runningVersion.Major, runningVersion.Minor, Math.Max(runningVersion.Build, 0))
                != new Version(module.Version.Major, module.Version.Minor, Math.Max(module.Version.Build, 0))
            && Warned.TryAdd(module.ModuleBase, true)
        )
        {
            cmdlet.WriteWarning(
                $"The module in {module.ModuleBase} is version {module.Version}, but this process had already loaded version {runningVersion.ToString(3)} from {Path.GetDirectoryName(running.Location)}, and that is what runs. Start a new PowerShell to use version {module.Version}."
            );
        }
    }
}
