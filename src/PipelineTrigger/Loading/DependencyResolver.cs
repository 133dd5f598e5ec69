using System.Reflection;
#if NET
using System.Runtime.Loader;
#endif

namespace PipelineTrigger.Loading;

/// <summary>
/// Finds the client core and its dependencies in <c>deps/</c> for the module's own assemblies alone, so that modules do not share versions.
/// Registered once per process and never removed, because code that was loaded through it may need it at any time.
/// </summary>
internal static class DependencyResolver
{
    private static readonly object Gate = new();
    private static bool registered;

    public static void Register()
    {
        lock (Gate)
        {
            if (!registered)
            {
                Hook(Path.Combine(Path.GetDirectoryName(typeof(DependencyResolver).Assembly.Location)!, "deps"));
                registered = true;
            }
        }
    }

#if NET
    private const string Core = "PipelineTrigger.Core";

    private static void Hook(string dependencies)
    {
        var context = new ModuleLoadContext(dependencies);

        // The context itself finds everything that the core needs.
        AssemblyLoadContext.Default.Resolving += (_, name) => name.Name == Core ? context.LoadFromAssemblyName(name) : null;
    }

    /// <summary>
    /// The load context of the client core and its dependencies. Abstractions, which scripts see, is the copy that PowerShell loaded.
    /// </summary>
    private sealed class ModuleLoadContext(string dependencies) : AssemblyLoadContext("PipelineTrigger")
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            if (assemblyName.Name == typeof(PipelineRun).Assembly.GetName().Name)
            {
                return typeof(PipelineRun).Assembly;
            }

            var path = Path.Combine(dependencies, $"{assemblyName.Name}.dll");
            return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
        }
    }
#else
    private static void Hook(string dependencies)
    {
        var choice = new DependencyChoice(dependencies, [typeof(DependencyResolver).Assembly, typeof(PipelineRun).Assembly]);
        AppDomain.CurrentDomain.AssemblyResolve += (_, request) =>
            choice.Resolve(new AssemblyName(request.Name), request.RequestingAssembly);
    }
#endif
}
