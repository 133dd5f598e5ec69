using System.Management.Automation;
using PipelineTrigger.Session;

namespace PipelineTrigger.Loading;

/// <summary>
/// Registers the resolver when the module is imported, and clears the runspace's sign-ins and secrets when it is removed.
/// </summary>
public sealed class ModuleLifetime : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    /// <inheritdoc />
    public void OnImport() => DependencyResolver.Register();

    /// <inheritdoc />
    public void OnRemove(PSModuleInfo psModuleInfo) => RunspaceState.Clear();
}
