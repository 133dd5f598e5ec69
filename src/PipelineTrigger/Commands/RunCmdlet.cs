using System.Diagnostics;
using PipelineTrigger.Core.Agents;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Operations;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Execution;
using PipelineTrigger.Output;
using PipelineTrigger.Session;

namespace PipelineTrigger.Commands;

/// <summary>
/// The base of the cmdlets that trigger runs or wait for them. Errors of runs are written after the last run, and under
/// <c>-ErrorAction Stop</c> all other errors too, so that every row is still triggered and every run waited for and returned;
/// <c>-FailFast</c> writes them at once. If two such cmdlets stand in one pipeline, the one that waits writes the errors of both.
/// A command that ends early names its unfinished runs.
/// </summary>
public abstract class RunCmdlet : PipelineCmdlet
{
    // A producer that pauses so long between two rows is in no hurry: the outcome of a row is written before the next row is read.
    private static readonly TimeSpan SlowRow = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan OutcomeLimit = TimeSpan.FromSeconds(3);

    private readonly ExitReport exitReport = new();
    private RunOperation? operation;
    private PipelineRunJob? job;
    private ProgressDisplay? progress;
    private BuildLog? buildLog;
    private RunReport? report;
    private ErrorOutput errors = null!;
    private SessionMemory? memory;
    private Stopwatch? sinceRow;
    private bool waits;
    private bool cancelsRunsOnStop;
    private bool ended;

    private protected RunOperation Operation => operation!;

    private protected IOperationObserver Observer { get; private set; } = null!;

    /// <summary>Whether runs go to the output.</summary>
    private protected virtual bool ReturnsRuns => true;

    /// <summary>Gets ready for input.</summary>
    /// <param name="waits">Whether the command waits for its runs.</param>
    /// <param name="canDeferAll">Whether, under <c>-ErrorAction Stop</c>, no error may end the command before the last input.</param>
    /// <param name="failFast">Whether errors of runs are written at once.</param>
    /// <param name="asJob">Whether a job does the work. The job is then returned.</param>
    /// <param name="ciFormat">The build agent to write for.</param>
    private protected void Start(
        OperationOptions options,
        bool waits,
        bool canDeferAll,
        bool failFast = false,
        bool asJob = false,
        string ciFormat = CIFormat.None
    )
    {
        this.waits = waits;
        if (asJob)
        {
            job = new(CommandText.WithoutValues(MyInvocation), options, IsVerbose, failFast);
        }
        else
        {
            cancelsRunsOnStop = options.StopOnCancel;
            buildLog = new(this);
            report = buildLog.Report(ciFormat);
            Observer = new CmdletObserver(this, OnCompleted, OnFailed, exitReport);
            operation = new(options, Observer, TimeProvider.System, StopToken);
            progress = new(operation, WriteProgress);
        }

        errors = new(this, exitReport, report, job, failFast, canDeferAll);
        memory = RunspaceState.Current.Memory;
    }

    /// <summary>
    /// Lets a command further down the pipeline take over the errors: all commands begin before the first one gets input.
    /// </summary>
    private protected void OfferErrors() => memory!.Starting.Add(errors.Route);

    /// <summary>Takes over the errors of the commands that trigger further up the pipeline.</summary>
    private protected void TakeErrors() => memory!.Starting.ForEach(route => route.Redirect(MyInvocation, errors));

    /// <summary>Runs an action for each run, given as an object or, in the parameter set RunId, by its id.</summary>
    /// <param name="connection">The value of <c>-Connection</c>; null for none.</param>
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

    /// <summary>Adds a run to wait for.</summary>
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

    /// <summary>Triggers one run. Returns when a slot was free for it.</summary>
    private protected void Trigger(ConnectionClient client, TriggerRequest request, IdempotencyOptions idempotency, object? target)
    {
        WithdrawOffer();
        if (job is not null)
        {
            job.Trigger(client, request, idempotency, target);
            return;
        }

        report?.Expect();
        var pause = sinceRow?.Elapsed ?? OutcomeLimit;
        Await(Operation.TriggerAsync(client, request, idempotency, target));
        if (!waits && pause > SlowRow)
        {
            Await(Task.WhenAny(Operation.TriggersAsync(), Task.Delay(pause < OutcomeLimit ? pause : OutcomeLimit, StopToken)));
        }

        sinceRow = Stopwatch.StartNew();
    }

    /// <summary>Waits for everything that was started, then writes the deferred errors.</summary>
    private protected void Finish()
    {
        WithdrawOffer();
        if (job is { } filled)
        {
            job = null;
            JobRepository.Add(filled);
            filled.Begin();
            WriteObject(filled);
            return;
        }

        Await(Task.Run(Operation.CompleteAsync));
        progress?.Close();
        report?.Close(Operation.Progress(int.MaxValue).GoingOn);
        ended = true;
        errors.WriteDeferred();
    }

    private protected override Task SettleAsync() => operation?.SettleAsync() ?? Task.CompletedTask;

    private protected override void OnTick() => progress?.Show();

    /// <inheritdoc />
    private protected override void Fail(PipelineException error, object? target)
    {
        WithdrawOffer();
        if (job is null)
        {
            report?.Expect();
            OnFailed(error, target);
        }
        else
        {
            errors.Write(error, target);
        }
    }

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

    // A command that begins after this one got input belongs to another pipeline.
    private void WithdrawOffer() => memory?.Starting.Remove(errors.Route);

    private void EndEarly(RunOperation stopped)
    {
        CloseStreams();
        PipelinePump.JoinInTime(SettleAsync());
        exitReport.AddInFlight(stopped.InFlight);
        errors.ReportUnwritten();
        if (cancelsRunsOnStop && Stopping)
        {
            PipelinePump.Join(exitReport.CancelAsync(stopped));
        }

        IReadOnlyList<PipelineRun> unfinished = waits ? stopped.Progress(int.MaxValue).GoingOn : [];
        if (report is not null)
        {
            buildLog!.CloseLate(report, exitReport.AfterCancel(unfinished));
        }

        memory!.Remember(unfinished);
        exitReport.Write(Host, unfinished, includesWritten: Stopping);
    }

    private void OnCompleted(PipelineRun run)
    {
        report?.Ended(run);
        if (ReturnsRuns)
        {
            WriteObject(run);
        }

        memory!.Remember([run]);
        exitReport.MarkWritten(run);
        OnTick();
    }

    private void OnFailed(PipelineException error, object? target)
    {
        memory!.Remember(error.Run is { } run ? [run] : []);
        errors.Write(error, target);
    }
}
