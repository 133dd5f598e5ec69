namespace PipelineTrigger.Core.Agents;

/// <summary>What became of one input: a run, an error, or both.</summary>
internal sealed record RunOutcome(PipelineRun? Run, PipelineException? Error)
{
    // The worst first: one word for many runs is the word of the worst.
    private static readonly string[] WorstFirst =
    [
        PipelineRunStatus.Failed,
        PipelineRunStatus.TimedOut,
        PipelineRunStatus.Cancelled,
        PipelineRunStatus.Skipped,
        PipelineRunStatus.Unknown,
        PipelineRunStatus.Running,
        PipelineRunStatus.Queued,
        PipelineRunStatus.SucceededWithWarnings,
        PipelineRunStatus.Succeeded,
    ];

    /// <summary>One of the constants of <see cref="PipelineRunStatus"/>; Failed where there is no run, Unknown where nobody knows whether there is one.</summary>
    public string Status =>
        Run?.Status ?? (Error?.ErrorId == PipelineErrorId.TriggerOutcomeUnknown ? PipelineRunStatus.Unknown : PipelineRunStatus.Failed);

    public bool IsGood => Run is { Succeeded: true };

    /// <summary>The status of the worst of them.</summary>
    public static string Worst(IEnumerable<RunOutcome> outcomes) =>
        outcomes.Select(o => o.Status).OrderBy(s => Array.IndexOf(WorstFirst, s)).First();
}
