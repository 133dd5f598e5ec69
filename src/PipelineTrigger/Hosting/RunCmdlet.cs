using System.Management.Automation;
using PipelineTrigger.Core.Agents;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Hosting;

/// <summary>
/// The base of the cmdlets that trigger or wait. Errors of runs are written after the last run, so that under <c>-ErrorAction Stop</c> every run is
/// still waited for and returned; <c>-FailFast</c> writes them at once. Whatever ends it early, the runs that go on are named.
/// </summary>
public abstract class RunCmdlet : PipelineCmdlet
{
    private readonly List<(PipelineException Error, object? Target)> deferred = [];
    private readonly FarewellList farewell = new();
    private RunOperation? operation;
    private PipelineRunJob? job;
    private ProgressDisplay? progress;
    private AgentLog? agentLog;
    private RunReport? report;
    private SessionMemory memory = null!;
    private bool failFast;
    private bool stopsAtError;
    private bool waits;
    private bool stopsRunsOnCancel;
    private bool ended;

    private protected RunOperation Operation => operation!;

    private protected IOperationObserver Observer { get; private set; } = null!;

    /// <summary>Whether runs go to the output.</summary>
    private protected virtual bool ReturnsRuns => true;

    /// <summary>Makes ready for input.</summary>
    /// <param name="waits">Whether runs are waited for.</param>
    /// <param name="asJob">Whether that is left to a job, which is then returned.</param>
    /// <param name="ciFormat">For which build agent there are lines in its log.</param>
    private protected void Start(OperationOptions options, bool waits, bool failFast, bool asJob = false, string ciFormat = CIFormat.None)
    {
        if (asJob)
        {
            job = new(CommandText.WithoutValues(MyInvocation), options, IsVerbose);
            return;
        }

        this.waits = waits;
        this.failFast = failFast;
        stopsRunsOnCancel = options.StopOnCancel;
        agentLog = new(this);
        report = agentLog.Report(ciFormat);
        stopsAtError = waits && StopsAtError();
        memory = SessionMemory.Current;
        progress = new(WriteProgress);
        Observer = new CmdletObserver(this, OnCompleted, OnFailed, farewell);
        operation = new(options, Observer, TimeProvider.System, StopToken);
    }

    /// <summary>Takes one run to wait for.</summary>
    private protected void Watch(ConnectionClient client, PipelineRun run)
    {
        if (job is not null)
        {
            job.Watch(client, run);
        }
        else
        {
            report?.Expect();
            Operation.Watch(client, run);
        }
    }

    /// <summary>Takes one trigger; returns when there was a free place for it.</summary>
    private protected void Trigger(ConnectionClient client, TriggerRequest request, TriggerTerms terms, object? target)
    {
        if (job is not null)
        {
            job.Trigger(client, request, terms, target);
        }
        else
        {
            report?.Expect();
            Await(Operation.TriggerAsync(client, request, terms, target));
        }
    }

    /// <summary>Waits for everything that was begun, then writes what was put off.</summary>
    private protected void Finish()
    {
        if (job is { } begun)
        {
            job = null;
            JobRepository.Add(begun);
            begun.Begin();
            WriteObject(begun);
            return;
        }

        Await(Task.Run(Operation.CompleteAsync));
        progress?.Close();
        report?.Close(Operation.Progress(int.MaxValue).GoingOn);
        ended = true;
        foreach (var (error, target) in deferred)
        {
            WriteError(ErrorRecords.Of(error, target));
        }
    }

    private protected override Task SettleAsync() => operation?.SettleAsync() ?? Task.CompletedTask;

    private protected override void OnTick() => progress?.Show(() => Operation.Progress(ProgressDisplay.Handful));

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        job?.Dispose();
        if (operation is not null)
        {
            if (!ended)
            {
                EndEarly(operation);
            }

            operation.Dispose();
            operation = null;
        }

        base.Dispose(disposing);
    }

    private void EndEarly(RunOperation begun)
    {
        StopProcessing();
        PipelinePump.Join(SettleAsync());
        if (stopsRunsOnCancel && Stopping)
        {
            PipelinePump.Join(CancelGoingOnAsync(begun));
        }

        IReadOnlyList<PipelineRun> goingOn = waits ? begun.Progress(int.MaxValue).GoingOn : [];
        if (report is not null)
        {
            agentLog!.CloseLate(report, farewell.LeftBy(goingOn));
        }

        memory.Saw(goingOn);
        farewell.Tell(Host, goingOn, alsoWritten: Stopping);
    }

    private async Task CancelGoingOnAsync(RunOperation begun) => farewell.Asked(await begun.CancelGoingOnAsync().ConfigureAwait(false));

    private void OnCompleted(PipelineRun run)
    {
        report?.Ended(run);
        if (ReturnsRuns)
        {
            WriteObject(run);
        }

        memory.Saw([run]);
        farewell.SaidRun(run);
        OnTick();
    }

    private void OnFailed(PipelineException error, object? target)
    {
        memory.Saw(error.Run is { } run ? [run] : []);
        farewell.Said(error);
        report?.Failed(error, error.Run ?? target as PipelineRun);
        var putOff = error.ErrorId == PipelineErrorId.RunFailed || stopsAtError;
        if (putOff && !failFast)
        {
            deferred.Add((error, target));
        }
        else
        {
            WriteError(ErrorRecords.Of(error, target));
        }
    }

    private bool StopsAtError()
    {
        var preference = MyInvocation.BoundParameters.TryGetValue("ErrorAction", out var asked) ? asked : GetVariableValue("ErrorActionPreference");
        return string.Equals(preference?.ToString(), nameof(ActionPreference.Stop), StringComparison.OrdinalIgnoreCase);
    }
}
