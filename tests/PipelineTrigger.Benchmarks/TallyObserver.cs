namespace PipelineTrigger.Benchmarks;

/// <summary>Counts, and keeps the first error.</summary>
internal sealed class TallyObserver : IOperationObserver
{
    private PipelineException? error;
    private int completed;

    public bool IsVerbose => false;

    public void Verbose(string message) { }

    public void Warning(string message) { }

    public void Completed(PipelineRun run) => Interlocked.Increment(ref completed);

    public void Failed(PipelineException error, object? target)
    {
        if (error.ErrorId != PipelineErrorId.RunFailed)
        {
            Interlocked.CompareExchange(ref this.error, error, null);
        }
    }

    /// <summary>Throws unless everything went well: a benchmark of errors measures nothing.</summary>
    public void Demand(int count)
    {
        if (error is not null || completed != count)
        {
            throw new InvalidOperationException($"{completed} of {count} runs came back.", error);
        }
    }
}
