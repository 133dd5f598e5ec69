namespace PipelineTrigger.Hosting;

/// <summary>Hears and says nothing: whoever presses the Tab key asked for no line but their own.</summary>
internal sealed class SilentObserver : IOperationObserver
{
    public bool IsVerbose => false;

    public void Verbose(string message)
    {
    }

    public void Warning(string message)
    {
    }

    public void Completed(PipelineRun run)
    {
    }

    public void Failed(PipelineException error, object? target)
    {
    }
}
