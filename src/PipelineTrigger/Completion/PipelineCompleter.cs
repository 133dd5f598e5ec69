using System.Globalization;
using System.Management.Automation;
using PipelineTrigger.Execution;
using PipelineTrigger.Session;

namespace PipelineTrigger.Completion;

/// <summary>Completes what can be triggered. Asks the vendor, but not the user, and gives up after a second.</summary>
public abstract class PipelineCompleter : Completer
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <summary>The vendor of the pipelines; null for any.</summary>
    private protected virtual string? Vendor => null;

    /// <summary>The candidate for a pipeline.</summary>
    private protected abstract Candidate ToCandidate(PipelineDefinition pipeline);

    private protected override IEnumerable<Candidate> Candidates(object? connection)
    {
        var session = RunspaceState.Current;
        var connections = new ConnectionOpener(null, session.Connections);
        var found = connections.Find(connection, Vendor);
        return found.Vendor == (Vendor ?? found.Vendor)
            ? (PipelinePump.Within(Limit, session.Memory.ListAsync(connections.Open(found))) ?? []).Select(ToCandidate)
            : [];
    }
}

/// <summary>Completes the ids of Mage's triggers. Their names can be typed too.</summary>
public sealed class TriggerIdCompleter : PipelineCompleter
{
    private protected override string? Vendor => PipelineVendor.Mage;

    private protected override Candidate ToCandidate(PipelineDefinition pipeline) =>
        new($"{pipeline.TriggerId}", $"{pipeline.Name} ({pipeline.Pipeline}, {pipeline.State})", pipeline.Name);
}

/// <summary>Completes the API names of Supaflow's pipelines. Their names and UUIDs can be typed too.</summary>
public sealed class PipelineIdCompleter : PipelineCompleter
{
    private protected override string? Vendor => PipelineVendor.Supaflow;

    private protected override Candidate ToCandidate(PipelineDefinition pipeline) =>
        new(pipeline.Pipeline ?? pipeline.PipelineId!, $"{pipeline.Name} ({pipeline.PipelineId})", pipeline.Name, pipeline.PipelineId);
}

/// <summary>Completes the names of what can be triggered.</summary>
public sealed class PipelineNameCompleter : PipelineCompleter
{
    private protected override Candidate ToCandidate(PipelineDefinition pipeline) =>
        new(
            WildcardPattern.Escape(pipeline.Name),
            $"{pipeline.Vendor} {pipeline.TriggerId?.ToString(CultureInfo.InvariantCulture) ?? pipeline.PipelineId} ({pipeline.Pipeline})",
            pipeline.Name
        );
}
