using System.Reflection;

namespace PipelineTrigger.Loading;

/// <summary>
/// Which assembly answers a request on Windows PowerShell, where there are no load contexts: one of ours with that simple name and at least that
/// version, and only if one of ours asks. Best effort: an assembly of the same name that another module loaded under the same version is shared.
/// </summary>
/// <param name="dependencies">The folder of the assemblies that only we use.</param>
/// <param name="own">Those that PowerShell loaded for us.</param>
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
