namespace PipelineTrigger;

/// <summary>
/// Receives what the client core reports while it works. It is called from any thread, never under a lock, and must not throw or block for
/// long: the cmdlets pass each call to the pipeline thread.
/// </summary>
internal interface IOperationObserver
{
    /// <summary>Whether verbose messages are shown; if not, callers need not build them.</summary>
    bool IsVerbose { get; }

    /// <summary>Reports a line for the verbose stream; it must hold no secret.</summary>
    void Verbose(string message);

    /// <summary>Reports a line for the warning stream; it must hold no secret.</summary>
    void Warning(string message);

    /// <summary>Reports a run that is complete for this operation: triggered, finished or read.</summary>
    void Completed(PipelineRun run);

    /// <summary>Reports an input that failed.</summary>
    /// <param name="error">The failure.</param>
    /// <param name="target">The input: a run, a row or a run id.</param>
    void Failed(PipelineException error, object? target);
}
