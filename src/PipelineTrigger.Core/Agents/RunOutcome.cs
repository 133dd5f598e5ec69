namespace PipelineTrigger.Core.Agents;

/// <summary>The outcome of one input: a run, an error, or both.</summary>
internal sealed record RunOutcome(PipelineRun? Run, PipelineException? Error)
{
    // The status of several runs is the worst of their statuses.
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

    /// <summary>
    /// One of the constants of <see cref="PipelineRunStatus"/>: Failed if no run was created, Unknown if it is not known whether one was.
    /// </summary>
    public string Status =>
        Run?.Status ?? (Error?.ErrorId == PipelineErrorId.TriggerOutcomeUnknown ? PipelineRunStatus.Unknown : PipelineRunStatus.Failed);

    public bool IsGood => Run is { Succeeded: true };

    /// <summary>The worst status of several outcomes.</summary>
    public static string Worst(IEnumerable<RunOutcome> outcomes) =>
        outcomes.Select(o => o.Status).OrderBy(s => Array.IndexOf(WorstFirst, s)).First();
}
