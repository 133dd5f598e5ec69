using System.Diagnostics;
using System.Management.Automation;
using PipelineTrigger.Core.Agents;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Operations;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Execution;
using PipelineTrigger.Output;
using PipelineTrigger.Session;

namespace PipelineTrigger.Commands;

/// <summary>
/// The base of the cmdlets that trigger or wait. Errors of runs are written after the last run, and under <c>-ErrorAction Stop</c> all others too, so
/// that every row is still triggered and every run waited for and returned; <c>-FailFast</c> writes them at once. Of two such cmdlets in one pipeline,
/// the one that waits writes them for both. Whatever ends it early, the runs that go on are named.
/// </summary>
public abstract partial class RunCmdlet : PipelineCmdlet
{
    // A producer that lets so long pass between two rows is not in a hurry: what became of the last row is not kept from it.
    private static readonly TimeSpan SlowRow = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan OutcomeLimit = TimeSpan.FromSeconds(3);

    private readonly List<(PipelineException Error, object? Target, bool Ends)> deferred = [];
    private readonly ExitReport farewell = new();
    private RunOperation? operation;
    private PipelineRunJob? job;
    private ProgressDisplay? progress;
    private AgentLog? agentLog;
    private RunReport? report;
    private SessionMemory memory = null!;
    private Stopwatch? sinceRow;
    private bool failFast;
    private bool stopsAtError;
    private bool putsOff;
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
    /// <param name="putsOff">Whether no error ends it before the last input; null: if it waits.</param>
    private protected void Start(
        OperationOptions options,
        bool waits,
        bool failFast,
        bool asJob = false,
        string ciFormat = CIFormat.None,
        bool? putsOff = null
    )
    {
        this.waits = waits;
        this.failFast = failFast;
        stopsAtError = StopsAtError();
        this.putsOff = stopsAtError && !failFast && (putsOff ?? waits);
        memory = SessionMemory.Current;
        if (asJob)
        {
            job = new(CommandText.WithoutValues(MyInvocation), options, IsVerbose, failFast);
            return;
        }

        stopsRunsOnCancel = options.StopOnCancel;
        agentLog = new(this);
        report = agentLog.Report(ciFormat);
        progress = new(WriteProgress);
        Observer = new CmdletObserver(this, OnCompleted, OnFailed, farewell);
        operation = new(options, Observer, TimeProvider.System, StopToken);
    }

    /// <summary>Does something with each run that was given as an object or, in the set RunId, by its id.</summary>
    /// <param name="connection">What <c>-Connection</c> was given; null for nothing.</param>
    private protected void ForEachRun(PipelineRun[] runs, string[] ids, object? connection, Action<PipelineConnection, PipelineRun> action)
    {
        var isById = ParameterSetName == "RunId";
        foreach (var run in isById ? ids.Select(id => new PipelineRun { RunId = id }) : runs)
        {
            ForEachInput(isById ? run.RunId : run, () =>
            {
                var found = Connections.Find(run, connection);
                var known = run.Copy();
                known.Vendor = found.Vendor;
                action(found, known);
            });
        }
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
            Drain();
            if (Operation.Watch(client, run))
            {
                report?.Expect();
            }
        }
    }

    /// <summary>Takes one trigger; returns when there was a free place for it.</summary>
    private protected void Trigger(ConnectionClient client, TriggerRequest request, IdempotencyOptions terms, object? target)
    {
        WithdrawOffer();
        if (job is not null)
        {
            job.Trigger(client, request, terms, target);
        }
        else
        {
            report?.Expect();
            var pause = sinceRow?.Elapsed ?? OutcomeLimit;
            Await(Operation.TriggerAsync(client, request, terms, target));
            if (!waits && pause > SlowRow)
            {
                Await(Task.WhenAny(Operation.TriggersAsync(), Task.Delay(pause < OutcomeLimit ? pause : OutcomeLimit, StopToken)));
            }

            sinceRow = Stopwatch.StartNew();
        }
    }

    /// <summary>Waits for everything that was begun, then writes what was put off.</summary>
    private protected void Finish()
    {
        WithdrawOffer();
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
        if (stopsAtError)
        {
            // The first ends it, and with it what comes after.
            foreach (var (error, _, _) in deferred.Skip(1))
            {
                WriteWarning(error.Message);
            }
        }

        foreach (var (error, target, ends) in deferred.ToList())
        {
            deferred.RemoveAt(0);
            if (ends && !stopsAtError)
            {
                ThrowTerminatingError(ErrorRecords.Of(error, target));
            }

            WriteError(ErrorRecords.Of(error, target));
        }
    }

    private protected override Task SettleAsync() => operation?.SettleAsync() ?? Task.CompletedTask;

    private protected override void OnTick() => progress?.Show(() => Operation.Progress(ProgressDisplay.Handful));

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        WithdrawOffer();
        job?.Dispose();
        if (operation is not null)
        {
            if (!ended)
            {
                EndEarly(operation);
            }

            Unfinished = Task.WhenAll(Unfinished, operation.EndedAsync());
            operation.Dispose();
            operation = null;
        }

        base.Dispose(disposing);
    }

    private void EndEarly(RunOperation begun)
    {
        CloseStreams();
        PipelinePump.JoinInTime(SettleAsync());
        foreach (var target in begun.InFlight)
        {
            farewell.LeftInFlight(target);
        }

        foreach (var (error, _, _) in deferred)
        {
            farewell.PutOff(error);
        }

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
        report?.Failed(error, error.Run ?? target as PipelineRun);
        if (waiter?.Take(error, target, putsOff) == true)
        {
            farewell.Said(error);
            return;
        }

        if ((putsOff && waiter is not { failFast: true }) || (error.ErrorId == PipelineErrorId.RunFailed && !failFast))
        {
            deferred.Add((error, target, false));
        }
        else
        {
            farewell.Said(error);
            WriteError(ErrorRecords.Of(error, target));
        }
    }

    private bool StopsAtError()
    {
        var preference = MyInvocation.BoundParameters.TryGetValue("ErrorAction", out var asked)
            ? asked
            : GetVariableValue("ErrorActionPreference");
        return string.Equals(preference?.ToString(), nameof(ActionPreference.Stop), StringComparison.OrdinalIgnoreCase);
    }
}
