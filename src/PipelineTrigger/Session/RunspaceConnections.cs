using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using PipelineTrigger.Core.Connections;

namespace PipelineTrigger.Session;

/// <summary>The connections of each runspace: hosts share a process between jobs, so nothing belongs to the process.</summary>
internal static class RunspaceConnections
{
    private static readonly ConditionalWeakTable<Runspace, ConnectionTable> Tables = new();

    /// <summary>The table of the runspace that this thread works for.</summary>
    public static ConnectionTable Current =>
        Tables.GetValue(Runspace.DefaultRunspace, static _ => new ConnectionTable(
            SavedConnections.DefaultPath is { } path ? new SavedConnections(path) : null,
            Environment.GetEnvironmentVariable
        ));

    /// <summary>Lets go of the current runspace's sign-ins and secrets.</summary>
    public static void Clear()
    {
        if (Runspace.DefaultRunspace is { } runspace && Tables.TryGetValue(runspace, out var table))
        {
            table.Clear();
        }
    }
}
