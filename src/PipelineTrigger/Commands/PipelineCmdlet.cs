using System.Management.Automation;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Execution;
using PipelineTrigger.Input;
using PipelineTrigger.Output;
using PipelineTrigger.Session;

namespace PipelineTrigger.Commands;

/// <summary>
/// The base of all cmdlets. Asynchronous work runs on other threads and posts actions to the pipeline thread, the only one that may write.
/// If a write throws, the work is cancelled and awaited, and the exception is rethrown. A stop only cancels.
/// </summary>
public abstract class PipelineCmdlet : PSCmdlet, IDisposable
{
    private readonly PipelinePump pump = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly ClientHolds holds = new();
    private ConnectionOpener? opener;

    internal ConnectionOpener Connections => opener ??= new(this, RunspaceState.Current.Connections);

    /// <summary>Whether the verbose stream is shown or captured.</summary>
    internal bool IsVerbose => Preferences.IsVerbose(this);

    /// <summary>Cancelled when the pipeline stops for any reason.</summary>
    private protected CancellationToken StopToken => stopping.Token;

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    internal void Post(Action action) => pump.Post(action);

    // All writes to the streams and the host go through these methods, which hide those that accept any text (see OutsideTextTests).

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
        RunOrTerminate(() => ParameterValues.Check(this));
    }

    /// <inheritdoc />
    protected override void StopProcessing()
    {
        stopping.Cancel();
        pump.Wake();
    }

    /// <summary>Releases the resources of the cmdlet.</summary>
    protected virtual void Dispose(bool disposing)
    {
        pump.Dispose();
        stopping.Dispose();
        holds.ReleaseAfter(Unfinished);
    }

    /// <summary>The work that may still run when the cmdlet is disposed of.</summary>
    private protected Task Unfinished { get; set; } = Task.CompletedTask;

    /// <summary>The client of a connection. The cmdlet keeps it even if the connection is replaced or disconnected.</summary>
    /// <exception cref="PipelineException">As <see cref="ConnectionOpener.Open"/>.</exception>
    private protected ConnectionClient Open(PipelineConnection connection)
    {
        var client = Connections.Open(connection);
        holds.Add(client);
        return client;
    }

    /// <summary>Runs the actions that were posted.</summary>
    private protected void Drain() => pump.Drain();

    /// <summary>Cancels the work and discards what it posts from now on.</summary>
    private protected void CloseStreams()
    {
        StopProcessing();
        pump.Close();
    }

    /// <summary>Called about once a second on the pipeline thread while work is in progress.</summary>
    private protected virtual void OnTick() { }

    /// <summary>Waits for the cancelled work of this cmdlet to end.</summary>
    private protected virtual Task SettleAsync() => Task.CompletedTask;

    /// <summary>Waits for work on other threads to end, and runs the actions that it posts.</summary>
    /// <exception cref="PipelineException">The work failed.</exception>
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
            // The work itself failed, so there is nothing to stop. The command continues with the next input.
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

    /// <summary>Waits for work as above, and returns its result.</summary>
    private protected T Await<T>(Func<Task<T>> begin)
    {
        var result = default(T);
        Await(Task.Run(async () => result = await begin().ConfigureAwait(false)));
        return result!;
    }

    /// <summary>Whether the pipeline input is null. If so, an error is written for it.</summary>
    private protected bool RejectsNull(object? input, string parameter)
    {
        if (input is not null || !MyInvocation.ExpectingInput)
        {
            return false;
        }

        WriteError(ErrorRecords.Of(ParameterValues.Invalid(parameter, "is null"), null));
        return true;
    }

    /// <summary>Runs an action for each input, or once with null if there is none.</summary>
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

    /// <summary>Runs an action for one input. If it fails, its error is written and the command continues with the next input.</summary>
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

    /// <summary>Reports that an input failed.</summary>
    private protected virtual void Fail(PipelineException error, object? target) => WriteError(ErrorRecords.Of(error, target));

    /// <summary>Runs an action. If it fails, the cmdlet ends.</summary>
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
