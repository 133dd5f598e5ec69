using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Agents;

/// <summary>
/// Reports the runs of one command to a build agent: each failure as it happens, the progress, and at the end the output variables and the
/// summary.
/// </summary>
internal sealed class RunReport(IAgent agent, TimeProvider time)
{
    // Agents pass output variables as environment variables, and Windows limits their length.
    private const int MaxIdsLength = 30_000;

    private readonly Dictionary<string, int> indexes = new(StringComparer.Ordinal);
    private readonly List<RunOutcome> outcomes = [];
    private int expected;
    private int percent;

    /// <summary>Counts one more run or trigger in progress.</summary>
    public void Expect() => expected++;

    /// <summary>Reports a run that has ended.</summary>
    public void Ended(PipelineRun run)
    {
        Record(run, null);
        if (run.Status == PipelineRunStatus.SucceededWithWarnings)
        {
            agent.Warning(run.Status, RunErrors.Ended(run));
        }

        ShowProgress();
    }

    /// <summary>Reports an input that failed.</summary>
    /// <param name="error">The failure.</param>
    /// <param name="run">The run that failed; null if there is none.</param>
    public void Failed(PipelineException error, PipelineRun? run)
    {
        Record(run, error);
        agent.Error(error.ErrorId, error.Message);
        ShowProgress();
    }

    /// <summary>Writes the output variables for later steps, and the summary.</summary>
    /// <param name="unfinished">Runs that have not ended and are no longer waited for.</param>
    public void Close(IEnumerable<PipelineRun> unfinished)
    {
        foreach (var run in unfinished)
        {
            Record(run, null);
        }

        if (outcomes.Count == 0)
        {
            return;
        }

        try
        {
            var ids = outcomes.Select(o => AgentText.Line(o.Run?.RunId)).Where(id => id.Length > 0).ToList();
            agent.Output("PipelineRunId", ids.Count == 1 ? ids[0] : "");
            agent.Output("PipelineRunIds", Joined(ids));
            agent.Output("PipelineRunStatus", RunOutcome.Worst(outcomes));
            if (RunSummary.Markdown(outcomes, time.UtcDateTime(), agent.SummaryRoom) is { Length: > 0 } summary)
            {
                agent.Summary(summary);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            agent.Warning("PipelineTrigger", $"The results of the runs could not be passed to the build agent: {e.Message}");
        }
    }

    private static SafeText Joined(List<string> ids)
    {
        var length = 0;
        return SafeText.Of(string.Join(",", ids.TakeWhile(id => (length += id.Length + 1) <= MaxIdsLength)), MaxIdsLength);
    }

    private void Record(PipelineRun? run, PipelineException? error)
    {
        if (run is null)
        {
            outcomes.Add(new(null, error));
            return;
        }

        var key = $"{run.Vendor}\n{run.Connection}\n{run.RunId}";
        if (indexes.TryGetValue(key, out var index))
        {
            outcomes[index] = new(run.IsFinished ? run : outcomes[index].Run, error ?? outcomes[index].Error);
        }
        else
        {
            indexes.Add(key, outcomes.Count);
            outcomes.Add(new(run, error));
        }
    }

    private void ShowProgress()
    {
        var now = (int)(100L * Math.Min(outcomes.Count, expected) / Math.Max(1, expected));
        if (now != percent)
        {
            percent = now;
            agent.Progress(now, $"{outcomes.Count} of {expected} runs ended");
        }
    }
}
