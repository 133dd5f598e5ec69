using System.Collections.Concurrent;
using System.Management.Automation.Host;
using PipelineTrigger.Core.Operations;

namespace PipelineTrigger.Output;

/// <summary>
/// What a command that ends early still owes its user: the runs that go on, and the triggers of which nobody knows. The write methods throw by
/// then, so it is told through the host.
/// </summary>
internal sealed class ExitReport
{
    private const int Shown = 20;

    private readonly ConcurrentDictionary<object, string> unsaid = new();
    private readonly Queue<PipelineRun> written = new();
    private long writtenCount;
    private readonly List<string> putOff = [];
    private IReadOnlyList<(PipelineRun Run, string? Obstacle)> asked = [];

    /// <summary>A run that the vendor has taken, not yet written; from any thread.</summary>
    public void Expect(PipelineRun run) => unsaid[run] = Line(run);

    /// <summary>An error not yet written; from any thread. Only an unknown outcome needs saying whatever happens.</summary>
    public void Expect(PipelineException error)
    {
        if (error.ErrorId == PipelineErrorId.TriggerOutcomeUnknown)
        {
            unsaid[error] = error.Message;
        }
    }

    /// <summary>An error that was to be written at the end, which will not come.</summary>
    public void PutOff(PipelineException error)
    {
        if (!unsaid.ContainsKey(error))
        {
            putOff.Add(error.Message);
        }
    }

    /// <summary>A trigger of which nothing is known: what it waits for has not answered in time.</summary>
    public void LeftInFlight(IReadOnlyList<string> targets)
    {
        foreach (var target in targets)
        {
            unsaid[new object()] = $"{target}: it was being triggered. Whether a run was created is not known.";
        }
    }

    /// <summary>It was written; on the pipeline thread.</summary>
    public void Said(object written) => unsaid.TryRemove(written, out _);

    /// <summary>A run was written; on the pipeline thread.</summary>
    public void SaidRun(PipelineRun run)
    {
        Said(run);
        if (!run.IsFinished)
        {
            writtenCount++;
            written.Enqueue(run);
            if (written.Count > Shown)
            {
                written.Dequeue();
            }
        }
    }

    /// <summary>Asks the vendors to cancel the unfinished runs of a stopped operation.</summary>
    public async Task CancelAsync(RunOperation stopped) => asked = await stopped.CancelGoingOnAsync().ConfigureAwait(false);

    /// <summary>The runs that were going on, as the vendors left them when they were asked to cancel.</summary>
    public IReadOnlyList<PipelineRun> LeftBy(IReadOnlyList<PipelineRun> goingOn) =>
        asked.Count == 0 ? goingOn : [.. asked.Select(a => a.Run)];

    /// <summary>Tells what is owed through the host.</summary>
    /// <param name="goingOn">Runs under watch that have not ended.</param>
    /// <param name="alsoWritten">Whether the output may be lost: then the runs in it are named too.</param>
    public void Tell(PSHost host, IReadOnlyList<PipelineRun> goingOn, bool alsoWritten)
    {
        try
        {
            Tell(line => host.UI?.WriteWarningLine(line.ToString()), goingOn, alsoWritten);
        }
        catch (Exception e) when (e is HostException or NotImplementedException or System.Management.Automation.PipelineStoppedException)
        {
            // A host without a screen has nobody to tell.
        }
    }

    /// <summary>Tells what is owed, line by line.</summary>
    public void Tell(Action<SafeText> write, IReadOnlyList<PipelineRun> goingOn, bool alsoWritten)
    {
        var ended = asked.Where(a => a.Obstacle is null).Select(a => Line(a.Run)).ToList();
        if (asked.Count > 0)
        {
            write(
                $"Stopped, and asked the vendors to cancel {Count(asked.Count)}: {ended.Count} {(ended.Count == 1 ? "has" : "have")} ended."
            );
            Tell(write, ended, ended.Count);
        }

        var left =
            asked.Count == 0 ? goingOn.Select(Line) : asked.Where(a => a.Obstacle is not null).Select(a => $"{Line(a.Run)}. {a.Obstacle}");
        var owed = unsaid.Values.Concat(left).ToList();
        var total = owed.Count + (alsoWritten ? writtenCount : 0);
        if (alsoWritten)
        {
            owed.AddRange(written.Reverse().Select(Line));
        }

        if (total > 0)
        {
            write(
                $"{(asked.Count == 0 ? "Stopped. " : "")}{Count(total)} {(total == 1 ? "goes" : "go")} on at the vendor, or may: wait again with Wait-PipelineRun -Connection NAME -RunId ID, or stop with Stop-PipelineRun."
            );
            Tell(write, owed, total);
        }

        if (putOff.Count > 0)
        {
            write($"{putOff.Count} {(putOff.Count == 1 ? "error was" : "errors were")} to be written at the end:");
            Tell(write, putOff, putOff.Count);
        }
    }

    private static void Tell(Action<SafeText> write, List<string> lines, long total)
    {
        lines.Take(Shown).ToList().ForEach(line => write($"- {line}"));
        if (total > Shown)
        {
            write($"and {total - Shown} more.");
        }
    }

    private static string Count(long runs) => $"{runs} run{(runs == 1 ? "" : "s")}";

    private static string Line(PipelineRun run) =>
        SafeText.Clean(
            $"{run.Vendor} run {run.RunId}{(run.Pipeline is { } pipeline ? $" of {pipeline}" : "")} on connection {run.Connection}: {run.Status}"
        )!;
}
