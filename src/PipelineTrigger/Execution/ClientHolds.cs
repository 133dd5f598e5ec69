using PipelineTrigger.Core.Connections;

namespace PipelineTrigger.Execution;

/// <summary>
/// The clients that a command or job keeps until its work has ended, even if their connections are replaced or disconnected.
/// </summary>
internal sealed class ClientHolds
{
    private readonly HashSet<ConnectionClient> clients = [];

    /// <summary>Keeps a client.</summary>
    /// <returns>Whether it was not kept before.</returns>
    public bool Add(ConnectionClient client)
    {
        if (!clients.Add(client))
        {
            return false;
        }

        client.Hold();
        return true;
    }

    /// <summary>Releases the clients when the work has ended.</summary>
    public void ReleaseAfter(Task work)
    {
        var kept = clients.ToList();
        clients.Clear();
        _ = work.ContinueWith(
            _ => kept.ForEach(client => client.Release()),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }
}
