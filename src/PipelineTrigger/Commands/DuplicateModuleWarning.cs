using System.Management.Automation;

namespace PipelineTrigger.Commands;

/// <summary>Warns once about a second copy of the module in one process, because it runs the code of the first copy.</summary>
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
                $"The module in {module.ModuleBase} is version {module.Version}, but this process already loaded version "
                    + $"{runningVersion.ToString(3)} from {Path.GetDirectoryName(running.Location)} and runs that version. "
                    + $"To use version {module.Version}, start a new PowerShell session."
            );
        }
    }
}
