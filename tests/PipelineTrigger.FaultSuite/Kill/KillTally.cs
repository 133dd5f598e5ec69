using System.Text.Json;
using PipelineTrigger.FaultSuite.Processes;
using PipelineTrigger.FaultSuite.Reports;

namespace PipelineTrigger.FaultSuite.Kill;

/// <summary>Adds up the results of all nights. Thread-safe.</summary>
internal sealed class KillTally
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, int> phases = new(StringComparer.Ordinal);
    private readonly List<string> surprises = [];
    private readonly List<string> doubts = [];
    private int nights;
    private int ended;
    private int rows;
    private int runs;
    private int doubled;
    private int missing;
    private int returned;
    private int runsOfOthers;

    public void Killed(string phase)
    {
        lock (gate)
        {
            phases[phase] = phases.GetValueOrDefault(phase) + 1;
        }
    }

    public void Ended()
    {
        lock (gate)
        {
            ended++;
        }
    }

    /// <summary>A night is over.</summary>
    /// <param name="made">The vendor's runs.</param>
    /// <param name="last">The process that was let be.</param>
    public void Add(Night night, IReadOnlyList<JsonElement> made, Child last)
    {
        var compared = night.Compare(made);
        var ids = made.Select(r => r.GetProperty("id").GetString()!).ToHashSet(StringComparer.OrdinalIgnoreCase);
        lock (gate)
        {
            nights++;
            rows += Night.Rows;
            runs += made.Count;
            doubled += compared.Doubled;
            missing += compared.Missing;
            returned += last.Told.Select(t => t.RunId).Distinct(StringComparer.OrdinalIgnoreCase).Count();
            runsOfOthers += last.Told.Count(t => !ids.Contains(t.RunId) || !night.Keys.Contains(t.Key));
            doubts.AddRange(
                last.Failed.Where(f => f.ErrorId == PipelineErrorId.TriggerOutcomeUnknown && night.Keys.Contains(f.Key))
                    .Select(f => f.Message)
            );
            surprises.AddRange(
                last.Failed.Where(f => f.ErrorId != PipelineErrorId.TriggerOutcomeUnknown).Select(f => $"{f.ErrorId}: {f.Message}")
            );
            if (last.Told.Count + last.Failed.Count != Night.Rows)
            {
                surprises.Add($"{last.Told.Count} runs and {last.Failed.Count} errors of {Night.Rows} rows");
            }
        }
    }

    /// <param name="isListed">Whether the vendor lists its runs, so that nothing need stay in doubt.</param>
    public void Report(Report report, bool isListed)
    {
        report.Figure("kills", phases.Values.Sum());
        foreach (var (phase, count) in phases)
        {
            report.Figure($"  {phase}", count);
        }

        report.Figure("processes that ended before their moment", ended);
        report.Figure("files of rows", nights);
        report.Figure("rows", rows);
        report.Figure("runs", runs);
        report.Promise("rows triggered more than once", 0, doubled);
        if (isListed)
        {
            report.Promise("rows not triggered", 0, missing);
            report.Promise("runs that the last process returned", rows, returned);
            report.Promise("rows left in doubt", 0, doubts.Count);
            foreach (var doubt in doubts.Take(3))
            {
                report.Figure("  in doubt", doubt);
            }
        }
        else
        {
            report.Figure("runs that the last process returned", returned);
            report.Figure("rows that it named as in doubt", doubts.Count);
            report.Promise("rows returned or named", rows, returned + doubts.Count);
        }

        report.Promise("returned runs that are not of these rows", 0, runsOfOthers);
        report.Promise("other errors", 0, surprises.Count);
        foreach (var surprise in surprises.Take(3))
        {
            report.Figure("  error", surprise);
        }
    }
}
