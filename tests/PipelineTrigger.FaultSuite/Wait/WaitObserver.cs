using System.Collections.Concurrent;

namespace PipelineTrigger.FaultSuite.Wait;

/// <summary>Keeps the runs that came back, and the errors.</summary>
internal sealed class WaitObserver : IOperationObserver
{
    private int warnings;

    public ConcurrentBag<PipelineRun> Returned { get; } = [];

    public ConcurrentBag<PipelineException> Errors { get; } = [];

    public int Warnings => warnings;

    public bool IsVerbose => false;

    public void Verbose(string message) { }

    public void Warning(string message) => Interlocked.Increment(ref warnings);

    public void Completed(PipelineRun run) => Returned.Add(run);

    public void Failed(PipelineException error, object? target) => Errors.Add(error);
}
