using System.Reflection;

namespace PipelineTrigger.Loading;

/// <summary>
/// Selects an assembly on Windows PowerShell, which has no load contexts: one of the module's own with the requested simple name and at
/// least the requested version, and only for requests of the module's own assemblies. An assembly of the same name and version that another
/// module loaded is shared.
/// </summary>
/// <param name="dependencies">The folder of the assemblies that only this module uses.</param>
/// <param name="own">The assemblies of the module that PowerShell loaded.</param>
internal sealed class DependencyChoice(string dependencies, IReadOnlyList<Assembly> own)
{
    public Assembly? Resolve(AssemblyName requested, Assembly? requesting)
    {
        if (!IsOurs(requesting))
        {
            return null;
        }

        if (own.FirstOrDefault(a => a.GetName().Name == requested.Name) is { } loaded)
        {
            return loaded;
        }

        var path = Path.Combine(dependencies, $"{requested.Name}.dll");
        return File.Exists(path) && AssemblyName.GetAssemblyName(path).Version >= (requested.Version ?? new Version(0, 0))
            ? Assembly.LoadFile(path)
            : null;
    }

    private bool IsOurs(Assembly? requesting) =>
        requesting is { IsDynamic: false }
        && (
            own.Contains(requesting)
            || string.Equals(Path.GetDirectoryName(requesting.Location), dependencies, StringComparison.OrdinalIgnoreCase)
        );
}
