namespace PipelineTrigger;

/// <summary>
/// What the client core tells while it works. Called from any thread, never under a lock, and must not throw or block for long: the cmdlets
/// hand each call over to the pipeline thread.
/// </summary>
internal interface IOperationObserver
{
    /// <summary>Whether verbose lines go anywhere: else they need not be made.</summary>
    bool IsVerbose { get; }

    /// <summary>One line for the verbose stream; holds no secret.</summary>
    void Verbose(string message);

    /// <summary>One line for the warning stream; holds no secret.</summary>
    void Warning(string message);

    /// <summary>A run that is done with: triggered, finished or read, as the operation defines.</summary>
    void Completed(PipelineRun run);

    /// <summary>A run whose input is done with in failure.</summary>
    /// <param name="error">What happened.</param>
    /// <param name="target">The input it belongs to: a run, a row, a run id.</param>
    void Failed(PipelineException error, object? target);
}
