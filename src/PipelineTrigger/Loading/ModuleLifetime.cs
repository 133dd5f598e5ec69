using System.Management.Automation;
using PipelineTrigger.Session;

namespace PipelineTrigger.Loading;

/// <summary>What happens when the module comes and goes: the resolver is registered, and nothing else; on removal the runspace's sign-ins and secrets are let go.</summary>
public sealed class ModuleLifetime : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    /// <inheritdoc />
    public void OnImport() => DependencyResolver.Register();

    /// <inheritdoc />
    public void OnRemove(PSModuleInfo psModuleInfo) => RunspaceState.Clear();
}
