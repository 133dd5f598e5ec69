using System.Management.Automation;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Execution;
using PipelineTrigger.Input;
using PipelineTrigger.Output;
using PipelineTrigger.Session;

namespace PipelineTrigger.Commands;

/// <summary>
/// The base of all cmdlets: runs asynchronous work while the pipeline thread does what it posts. If a write throws, the work is cancelled and
/// joined, and what was thrown goes on untouched. A stop only cancels.
/// </summary>
public abstract class PipelineCmdlet : PSCmdlet, IDisposable
{
    private readonly PipelinePump pump = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly ClientHolds holds = new();
    private ConnectionOpener? opener;

    internal ConnectionOpener Connections => opener ??= new(this, RunspaceState.Current.Connections);

    /// <summary>Whether the verbose stream goes anywhere.</summary>
    internal bool IsVerbose => Preferences.IsVerbose(this);

    /// <summary>Cancelled when the pipeline stops, for whatever reason.</summary>
    private protected CancellationToken StopToken => stopping.Token;

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    internal void Post(Action action) => pump.Post(action);

    // The one door to the streams and the host. These hide the methods that take any text, and a convention test proves that nobody goes past them.

    internal new void WriteError(ErrorRecord record) => base.WriteError(record);

    internal new void ThrowTerminatingError(ErrorRecord record) => base.ThrowTerminatingError(record);

    internal void WriteWarning(SafeText message) => base.WriteWarning(message.ToString());

    internal void WriteVerbose(SafeText message) => base.WriteVerbose(message.ToString());

    internal new void WriteProgress(ProgressRecord record) => base.WriteProgress(record);

    internal bool ShouldProcess(SafeText target, SafeText action) => base.ShouldProcess(target.ToString(), action.ToString());

    internal bool ShouldContinue(SafeText query, SafeText caption, ref bool yesToAll, ref bool noToAll) =>
        base.ShouldContinue(query.ToString(), caption.ToString(), ref yesToAll, ref noToAll);

    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        DuplicateModuleWarning.WriteOnce(this);
        RunOrTerminate(() => BoundParameters.Check(this));
    }

    /// <inheritdoc />
    protected override void StopProcessing()
    {
        stopping.Cancel();
        pump.Wake();
    }

    /// <summary>Puts away what the cmdlet held.</summary>
    protected virtual void Dispose(bool disposing)
    {
        pump.Dispose();
        stopping.Dispose();
        holds.ReleaseAfter(Unfinished);
    }

    /// <summary>What may still be at work when the cmdlet is gone.</summary>
    private protected Task Unfinished { get; set; } = Task.CompletedTask;

    /// <summary>The client of a connection, which is kept for this cmdlet even if the connection is replaced or disconnected meanwhile.</summary>
    /// <exception cref="PipelineException">As <see cref="ConnectionOpener.Open"/>.</exception>
    private protected ConnectionClient Open(PipelineConnection connection)
    {
        var client = Connections.Open(connection);
        holds.Add(client);
        return client;
    }

    /// <summary>Writes what has been posted.</summary>
    private protected void Drain() => pump.Drain();

    /// <summary>Nothing more is written, and nobody who has something to say waits for it to be.</summary>
    private protected void CloseStreams()
    {
        StopProcessing();
        pump.Close();
    }

    /// <summary>About once a second while work goes on, on the pipeline thread.</summary>
    private protected virtual void OnTick() { }

    /// <summary>Waits until nothing that this cmdlet started is at work any more; it was told to stop.</summary>
    private protected virtual Task SettleAsync() => Task.CompletedTask;

    /// <summary>Does what work has to say until it has ended; it works on other threads.</summary>
    /// <exception cref="PipelineException">What the work threw.</exception>
    /// <exception cref="PipelineStoppedException">The pipeline was stopped.</exception>
    private protected void Await(Task work)
    {
        try
        {
            pump.Run(work, OnTick, StopToken);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && (work.IsCanceled || !work.IsCompleted))
        {
            Unfinished = Task.WhenAll(Unfinished, work);
            throw new PipelineStoppedException();
        }
        catch (Exception e) when (ReferenceEquals(e, work.Exception?.InnerException))
        {
            // The work's own failure: nothing of it is left to stop, and the next input goes on.
            throw;
        }
        catch
        {
            CloseStreams();
            Unfinished = Task.WhenAll(Unfinished, work);
            PipelinePump.JoinInTime(work);
            PipelinePump.JoinInTime(SettleAsync());
            throw;
        }
    }

    /// <summary>As the other, with what the work gives.</summary>
    private protected T Await<T>(Func<Task<T>> begin)
    {
        var result = default(T);
        Await(Task.Run(async () => result = await begin().ConfigureAwait(false)));
        return result!;
    }

    /// <summary>Whether the pipeline gave null where something was meant; that is then told as this input's error.</summary>
    private protected bool RejectsNull(object? input, string parameter)
    {
        if (input is not null || !MyInvocation.ExpectingInput)
        {
            return false;
        }

        WriteError(ErrorRecords.Of(BoundParameters.Lacking(parameter, "is null"), null));
        return true;
    }

    /// <summary>Does something for each input, or once with null if there is none.</summary>
    /// <param name="parameter">The parameter that takes the inputs.</param>
    private protected void ForEachInput<T>(T[]? inputs, string parameter, Action<T?> action)
        where T : class
    {
        if (!RejectsNull(inputs, parameter))
        {
            foreach (var input in inputs ?? [null!])
            {
                ForEachInput(input, () => action(input));
            }
        }
    }

    /// <summary>Does something for one input; a failure is that input's error, and the next input goes on.</summary>
    private protected void ForEachInput(object? target, Action action)
    {
        try
        {
            action();
        }
        catch (PipelineException e)
        {
            Fail(e, target);
        }
    }

    /// <summary>Says that an input ended in failure.</summary>
    private protected virtual void Fail(PipelineException error, object? target) => WriteError(ErrorRecords.Of(error, target));

    /// <summary>Does something without which the cmdlet cannot go on.</summary>
    private protected void RunOrTerminate(Action action)
    {
        try
        {
            action();
        }
        catch (PipelineException e)
        {
            ThrowTerminatingError(ErrorRecords.Of(e, null));
        }
    }
}
