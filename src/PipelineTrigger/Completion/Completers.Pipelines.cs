using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using PipelineTrigger.Execution;
using PipelineTrigger.Session;

namespace PipelineTrigger.Completion;

/// <summary>Completes what can be triggered: asks the vendor, prompts for nothing, and gives up soon.</summary>
public abstract class PipelineCompleter : IArgumentCompleter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>The vendor whose pipelines these are; null for any.</summary>
    private protected virtual string? Vendor => null;

    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters
    ) => Completion.Of(wordToComplete, () => Known(fakeBoundParameters["Connection"]).Select(ToCandidate));

    /// <summary>The word that stands for a pipeline.</summary>
    private protected abstract Candidate ToCandidate(PipelineDefinition pipeline);

    private IEnumerable<PipelineDefinition> Known(object? given)
    {
        var connections = new ConnectionOpener(null, RunspaceConnections.Current);
        var connection = connections.Find(given, Vendor);
        return connection.Vendor == (Vendor ?? connection.Vendor)
            ? PipelinePump.Within(Patience, SessionMemory.Current.ListAsync(connections.Open(connection))) ?? []
            : [];
    }
}

/// <summary>Completes the ids of Mage's triggers, also by their names.</summary>
public sealed class TriggerIdCompleter : PipelineCompleter
{
    private protected override string? Vendor => PipelineVendor.Mage;

    private protected override Candidate ToCandidate(PipelineDefinition pipeline) =>
        new($"{pipeline.TriggerId}", $"{pipeline.Name} ({pipeline.Pipeline}, {pipeline.State})", pipeline.Name);
}

/// <summary>Completes the API names of Supaflow's pipelines, also by their names and UUIDs.</summary>
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
