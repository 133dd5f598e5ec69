using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using PipelineTrigger.Core.Connections;

namespace PipelineTrigger.Session;

/// <summary>The connections and the memory of each runspace. Jobs can share a process, so nothing belongs to the process.</summary>
internal sealed class RunspaceState
{
    private static readonly ConditionalWeakTable<Runspace, RunspaceState> States = new();

    /// <summary>The state of the runspace that this thread works for.</summary>
    public static RunspaceState Current => States.GetValue(Runspace.DefaultRunspace, static _ => new());

    public ConnectionTable Connections { get; } =
        new(SavedConnections.DefaultPath is { } path ? new SavedConnections(path) : null, Environment.GetEnvironmentVariable);

    public SessionMemory Memory { get; private set; } = new();

    /// <summary>Clears the sign-ins, the secrets and the memory of the current runspace.</summary>
    public static void Clear()
    {
        if (Runspace.DefaultRunspace is { } runspace && States.TryGetValue(runspace, out var state))
        {
            state.Connections.Clear();
            state.Memory = new();
        }
    }
}
