using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using PipelineTrigger.Session;

namespace PipelineTrigger.Completion;

/// <summary>Completes the ids of runs that this session has triggered or read, the latest first, without asking anybody.</summary>
public sealed class RunIdCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters
    )
    {
        var connection = fakeBoundParameters["Connection"]?.ToString();
        return Completion.Of(wordToComplete, () =>
            from run in SessionMemory.Current.Runs
            where connection is null || string.Equals(run.Connection, connection, StringComparison.OrdinalIgnoreCase)
            select new Candidate(run.RunId, $"{run.Pipeline ?? run.Vendor} {run.Status} (connection {run.Connection})")
        );
    }
}

/// <summary>Completes the words for what has become of a run.</summary>
public sealed class StatusCompleter : IArgumentCompleter
{
    private static readonly Candidate[] Statuses =
    [
        new(PipelineRunStatus.Queued, "created, not started yet"),
        new(PipelineRunStatus.Running, "at work"),
        new(PipelineRunStatus.Succeeded, "ended well"),
        new(PipelineRunStatus.SucceededWithWarnings, "ended well, with issues that the vendor calls non-fatal"),
        new(PipelineRunStatus.Failed, "ended with an error"),
        new(PipelineRunStatus.Cancelled, "ended because somebody or a limit cancelled it"),
        new(PipelineRunStatus.TimedOut, "ended by the vendor's own time limit"),
        new(PipelineRunStatus.Skipped, "ended without having done anything"),
        new(PipelineRunStatus.Unknown, "has a status that this version does not know"),
    ];

    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters
    ) => Completion.Of(wordToComplete, () => Statuses);
}
