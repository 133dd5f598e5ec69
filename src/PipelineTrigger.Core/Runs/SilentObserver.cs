namespace PipelineTrigger.Core.Runs;

/// <summary>An observer that ignores all reports.</summary>
internal sealed class SilentObserver : IOperationObserver
{
    public static SilentObserver Instance { get; } = new();

    public bool IsVerbose => false;

    public void Verbose(string message) { }

    public void Warning(string message) { }

    public void Completed(PipelineRun run) { }

    public void Failed(PipelineException error, object? target) { }
}
