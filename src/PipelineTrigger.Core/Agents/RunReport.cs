using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Agents;

/// <summary>Tells a build agent of the runs of one command: each failure as it comes, how far it is, and at the end the values and the page.</summary>
internal sealed class RunReport(IAgent agent, TimeProvider time)
{
    // Agents hand their variables to each process, and Windows takes no longer one.
    private const int MaxIdsLength = 30_000;

    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly List<RunOutcome> outcomes = [];
    private int expected;
    private int percent;

    /// <summary>One more run, or one more trigger, is under way.</summary>
    public void Expect() => expected++;

    /// <summary>A run has ended.</summary>
    public void Ended(PipelineRun run)
    {
        Take(run, null);
        if (run.Status == PipelineRunStatus.SucceededWithWarnings)
        {
            agent.Warning(run.Status, RunErrors.Ended(run));
        }

        ShowProgress();
    }

    /// <summary>An input ended in failure.</summary>
    /// <param name="run">The run it is about; null if there is none.</param>
    public void Failed(PipelineException error, PipelineRun? run)
    {
        Take(run, error);
        agent.Error(error.ErrorId, error.Message);
        ShowProgress();
    }

    /// <summary>Nothing more comes: the values for later steps, and the page.</summary>
    /// <param name="goingOn">Runs that have not ended, and are not waited for any more.</param>
    public void Close(IEnumerable<PipelineRun> goingOn)
    {
        foreach (var run in goingOn)
        {
            Take(run, null);
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
            agent.Warning("PipelineTrigger", $"What became of the runs could not be handed to the build agent: {e.Message}");
        }
    }

    private static SafeText Joined(List<string> ids)
    {
        var length = 0;
        return SafeText.Of(string.Join(",", ids.TakeWhile(id => (length += id.Length + 1) <= MaxIdsLength)), MaxIdsLength);
    }

    private void Take(PipelineRun? run, PipelineException? error)
    {
        if (run is null)
        {
            outcomes.Add(new(null, error));
            return;
        }

        var key = $"{run.Vendor}\n{run.Connection}\n{run.RunId}";
        if (places.TryGetValue(key, out var place))
        {
            outcomes[place] = new(run.IsFinished ? run : outcomes[place].Run, error ?? outcomes[place].Error);
        }
        else
        {
            places.Add(key, outcomes.Count);
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
