using System.Management.Automation;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Hosting;

/// <summary>Triggers and waits in the background of this process, as a job of PowerShell's: Failed if a run failed or a trigger was refused.</summary>
public sealed class PipelineRunJob : Job
{
    private const int ProgressKept = 100;

    private readonly CancellationTokenSource stopping = new();
    private readonly List<(PipelineException Error, object? Target)> deferred = [];
    private readonly List<(ConnectionClient Client, TriggerRequest Request, TriggerTerms Terms, object? Target)> triggers = [];
    private readonly HashSet<ConnectionClient> held = [];
    private readonly FarewellList farewell = new();
    private readonly RunOperation operation;
    private readonly ProgressDisplay progress;
    private readonly bool isVerbose;
    private readonly bool stopOnCancel;
    private bool hasEnded;
    private JobState end = JobState.Completed;
    private Task work = Task.CompletedTask;
    private Task told = Task.CompletedTask;

    /// <param name="verbose">Whether the verbose stream is wanted; else it would only grow.</param>
    internal PipelineRunJob(string command, OperationOptions options, bool verbose)
        : base(command)
    {
        isVerbose = verbose;
        stopOnCancel = options.StopOnCancel;
        PSJobTypeName = nameof(PipelineRunJob);
        progress = new(AddProgress);
        operation = new(options, new Observer(this), TimeProvider.System, stopping.Token);
    }

    /// <inheritdoc />
    public override bool HasMoreData => Output.Count + Error.Count + Warning.Count + Verbose.Count + Progress.Count > 0;

    /// <inheritdoc />
    public override string Location => string.Join(", ", held.Select(c => c.Name));

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
        if (IsFinishedState(JobStateInfo.State))
        {
            return;
        }

        stopping.Cancel();
        PipelinePump.Join(told);
    }

    internal void Watch(ConnectionClient client, PipelineRun run)
    {
        Hold(client);
        operation.Watch(client, run);
    }

    internal void Trigger(ConnectionClient client, TriggerRequest request, TriggerTerms terms, object? target)
    {
        Hold(client);
        triggers.Add((client, request, terms, target));
    }

    /// <summary>All input is in: goes to work.</summary>
    internal void Begin()
    {
        SetJobState(JobState.Running);
        work = Task.Run(WorkAsync);
        told = TellEndAsync();
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stopping.Cancel();
            PipelinePump.Join(work);
            LetGo();
            operation.Dispose();
            stopping.Dispose();
        }

        base.Dispose(disposing);
    }

    private static bool IsFinishedState(JobState state) => state is JobState.Completed or JobState.Failed or JobState.Stopped;

    private async Task WorkAsync()
    {
        var ticks = new Timer(_ => ShowProgress(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        try
        {
            foreach (var (client, request, terms, target) in triggers)
            {
                await operation.TriggerAsync(client, request, terms, target).ConfigureAwait(false);
            }

            await operation.CompleteAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await operation.SettleAsync().ConfigureAwait(false);
            if (stopOnCancel)
            {
                farewell.Asked(await operation.CancelGoingOnAsync().ConfigureAwait(false));
            }

            farewell.Tell(line => Warning.Add(JobRecords.Warning(line)), stopOnCancel ? [] : operation.Progress(int.MaxValue).GoingOn, alsoWritten: false);
            end = JobState.Stopped;
        }
        catch (Exception e)
        {
            Error.Add(ErrorRecords.Of(RunErrors.Of(e), null));
            end = JobState.Failed;
        }

        lock (deferred)
        {
            deferred.ForEach(d => Error.Add(ErrorRecords.Of(d.Error, d.Target)));
            end = end == JobState.Completed && deferred.Count > 0 ? JobState.Failed : end;
        }

        ticks.Dispose();
        lock (progress)
        {
            progress.Close();
            hasEnded = true;
        }

        LetGo();
    }

    // When the work is over: whoever hears of the end may dispose of the job at once, as Receive-Job -AutoRemoveJob does, and that waits for the work.
    private async Task TellEndAsync()
    {
        await work.ConfigureAwait(false);
        SetJobState(end);
    }

    private void ShowProgress()
    {
        lock (progress)
        {
            if (!hasEnded)
            {
                progress.Show(() => operation.Progress(ProgressDisplay.Handful));
            }
        }
    }

    private void Hold(ConnectionClient client)
    {
        if (held.Add(client))
        {
            client.Hold();
        }
    }

    private void LetGo()
    {
        foreach (var client in held)
        {
            client.Release();
        }

        held.Clear();
    }

    // Nobody may be receiving: what was not read is of no interest any more.
    private void AddProgress(ProgressRecord record)
    {
        if (Progress.Count > ProgressKept)
        {
            Progress.ReadAll();
        }

        Progress.Add(record);
    }

    /// <summary>Writes to the job's streams, which may be done from any thread.</summary>
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

        public void Failed(PipelineException error, object? target)
        {
            lock (job.deferred)
            {
                job.deferred.Add((error, target));
            }
        }
    }
}
