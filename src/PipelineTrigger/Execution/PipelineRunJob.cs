using System.Management.Automation;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Operations;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Output;

namespace PipelineTrigger.Execution;

/// <summary>
/// A PowerShell job that triggers and waits in this process. Its state is Failed if a run failed or a trigger was rejected.
/// </summary>
public sealed class PipelineRunJob : Job
{
    private const int ProgressKept = 100;

    private readonly CancellationTokenSource stopping = new();
    private readonly DeferredErrors deferred = new();
    private readonly List<(ConnectionClient Client, TriggerRequest Request, IdempotencyOptions Idempotency, object? Target)> triggers = [];
    private readonly ClientHolds holds = new();
    private readonly List<string> connectionNames = [];
    private readonly ExitReport exitReport = new();
    private readonly RunOperation operation;
    private readonly ProgressDisplay progress;
    private readonly bool isVerbose;
    private readonly bool failFast;
    private readonly bool stopOnCancel;
    private volatile bool hasFailed;
    private JobState end = JobState.Completed;
    private Task work = Task.CompletedTask;
    private Task finished = Task.CompletedTask;

    /// <param name="verbose">Whether the verbose stream is filled.</param>
    /// <param name="failFast">Whether errors are written at once instead of after the last run.</param>
    internal PipelineRunJob(string command, OperationOptions options, bool verbose, bool failFast)
        : base(command)
    {
        isVerbose = verbose;
        this.failFast = failFast;
        stopOnCancel = options.StopOnCancel;
        PSJobTypeName = nameof(PipelineRunJob);
        operation = new(options, new Observer(this), TimeProvider.System, stopping.Token);
        progress = new(operation, AddProgress);
    }

    /// <inheritdoc />
    public override bool HasMoreData => Output.Count + Error.Count + Warning.Count + Verbose.Count + Progress.Count > 0;

    /// <inheritdoc />
    public override string Location => string.Join(", ", connectionNames);

    /// <inheritdoc />
    public override string StatusMessage
    {
        get
        {
            var now = operation.Progress(0);
            return $"{now.Finished} of {now.Total} ended";
        }
    }

    /// <inheritdoc />
    public override void StopJob()
    {
        if (!IsFinishedState(JobStateInfo.State))
        {
            stopping.Cancel();
            PipelinePump.Join(finished);
        }
    }

    internal void Watch(ConnectionClient client, PipelineRun run)
    {
        Hold(client);
        operation.Watch(client, run);
    }

    internal void Trigger(ConnectionClient client, TriggerRequest request, IdempotencyOptions idempotency, object? target)
    {
        Hold(client);
        triggers.Add((client, request, idempotency, target));
    }

    /// <summary>Reports that an input failed, so that the job ends as Failed. Can be called from any thread.</summary>
    internal void Fail(PipelineException error, object? target)
    {
        hasFailed = true;
        if (failFast)
        {
            Error.Add(ErrorRecords.Of(error, target));
        }
        else
        {
            deferred.Add(error, target);
        }
    }

    /// <summary>Starts the work. All input was added.</summary>
    internal void Begin()
    {
        SetJobState(JobState.Running);
        work = Task.Run(WorkAsync);
        finished = FinishAsync();
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stopping.Cancel();
            PipelinePump.Join(work);
            holds.ReleaseAfter(operation.EndedAsync());
            operation.Dispose();
        }

        base.Dispose(disposing);
    }

    private static bool IsFinishedState(JobState state) => state is JobState.Completed or JobState.Failed or JobState.Stopped;

    private async Task WorkAsync()
    {
        using var ended = new CancellationTokenSource();
        var ticks = ShowProgressAsync(ended.Token);
        try
        {
            await DoAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Fail(RunErrors.Of(e), null);
        }

        ended.Cancel();
        await ticks.ConfigureAwait(false);
        deferred.WriteAll(error => Error.Add(error.Record));
        end = end == JobState.Completed && hasFailed ? JobState.Failed : end;
        holds.ReleaseAfter(operation.EndedAsync());
    }

    private async Task DoAsync()
    {
        try
        {
            foreach (var (client, request, idempotency, target) in triggers)
            {
                await operation.TriggerAsync(client, request, idempotency, target).ConfigureAwait(false);
            }

            await operation.CompleteAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await operation.SettleAsync().ConfigureAwait(false);
            exitReport.AddInFlight(operation.InFlight);
            end = JobState.Stopped;
            if (stopOnCancel)
            {
                await exitReport.CancelAsync(operation).ConfigureAwait(false);
            }

            exitReport.Write(
                line => Warning.Add(JobRecords.Warning(line)),
                stopOnCancel ? [] : operation.Progress(int.MaxValue).GoingOn,
                includesWritten: false
            );
        }
    }

    // The state changes after the work has ended: Receive-Job -AutoRemoveJob then disposes of the job at once, and that waits for the work.
    private async Task FinishAsync()
    {
        await work.ConfigureAwait(false);
        SetJobState(end);
    }

    private async Task ShowProgressAsync(CancellationToken ended)
    {
        try
        {
            while (!ended.IsCancellationRequested)
            {
                await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(1), ended)).ConfigureAwait(false);
                if (!ended.IsCancellationRequested)
                {
                    progress.Show();
                }
            }

            progress.Close();
        }
        catch (Exception e)
        {
            Fail(RunErrors.Of(e), null);
        }
    }

    private void Hold(ConnectionClient client)
    {
        if (holds.Add(client))
        {
            connectionNames.Add(client.Name);
        }
    }

    // If the job is not received, old progress records are dropped.
    private void AddProgress(ProgressRecord record)
    {
        if (Progress.Count > ProgressKept)
        {
            Progress.ReadAll();
        }

        Progress.Add(record);
    }

    /// <summary>Writes to the job's streams, which any thread may do.</summary>
    private sealed class Observer(PipelineRunJob job) : IOperationObserver
    {
        public bool IsVerbose => job.isVerbose;

        public void Verbose(string message)
        {
            if (job.isVerbose)
            {
                job.Verbose.Add(JobRecords.Verbose(message));
            }
        }

        public void Warning(string message) => job.Warning.Add(JobRecords.Warning(message));

        public void Completed(PipelineRun run) => job.Output.Add(PSObject.AsPSObject(run));

        public void Failed(PipelineException error, object? target) => job.Fail(error, target);
    }
}
