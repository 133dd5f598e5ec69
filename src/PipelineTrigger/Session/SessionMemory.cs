using System.Runtime.CompilerServices;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Execution;

namespace PipelineTrigger.Session;

/// <summary>What a runspace remembers for completion: the latest runs, and for a minute what its connections can trigger.</summary>
internal sealed class SessionMemory
{
    private const int RunsKept = 100;

    // Long enough to sign in and list. Completion does not wait that long, but finds the list the next time.
    private static readonly TimeSpan ListLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ListLifetime = TimeSpan.FromMinutes(1);

    private readonly List<PipelineRun> runs = [];
    private readonly ConditionalWeakTable<ConnectionClient, PipelineList> lists = new();

    /// <summary>The runs as last seen, the latest first.</summary>
    public IReadOnlyList<PipelineRun> Runs => [.. Enumerable.Reverse(runs)];

    /// <summary>
    /// The error routes of the commands that trigger and have not received input yet. A command that begins now may follow them.
    /// </summary>
    public List<ErrorRoute> Starting { get; } = [];

    /// <summary>Remembers runs.</summary>
    public void Remember(IReadOnlyList<PipelineRun> seen)
    {
        foreach (var run in seen.Skip(seen.Count - RunsKept))
        {
            runs.RemoveAll(known => known.RunId == run.RunId && known.Connection == run.Connection);
            runs.Add(run);
        }

        runs.RemoveRange(0, Math.Max(0, runs.Count - RunsKept));
    }

    /// <summary>What can be triggered through a connection. The vendor is asked at most once a minute.</summary>
    public Task<IReadOnlyList<PipelineDefinition>> ListAsync(ConnectionClient client)
    {
        if (!lists.TryGetValue(client, out var list) || list.IsOld)
        {
            lists.Remove(client);
            lists.Add(client, list = new(Task.Run(() => ReadAsync(client))));
        }

        return list.Pipelines;
    }

    private static async Task<IReadOnlyList<PipelineDefinition>> ReadAsync(ConnectionClient client)
    {
        using var limit = new CancellationTokenSource(ListLimit);
        var found = new List<PipelineDefinition>();
        await client.ListAsync(found.Add, SilentObserver.Instance, limit.Token).ConfigureAwait(false);
        return found;
    }

    private sealed class PipelineList(Task<IReadOnlyList<PipelineDefinition>> pipelines)
    {
        private readonly long asked = TimeProvider.System.GetTimestamp();

        public Task<IReadOnlyList<PipelineDefinition>> Pipelines => pipelines;

        public bool IsOld => pipelines.IsFaulted || pipelines.IsCanceled || TimeProvider.System.GetElapsedTime(asked) > ListLifetime;
    }
}
