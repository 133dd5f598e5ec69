namespace PipelineTrigger.FaultSuite.Mix;

/// <summary>Counts what only warnings tell.</summary>
internal sealed class MixObserver : IOperationObserver
{
    private int retriggered;
    private int refused;

    public bool IsVerbose => true;

    /// <summary>Triggers that were sent again, because the vendor's list had proven that there was no run.</summary>
    public int Retriggered => retriggered;

    /// <summary>Calls made while no server was listening.</summary>
    public int Refused => refused;

    public void Verbose(string message)
    {
        if (message.Contains("refused", StringComparison.OrdinalIgnoreCase))
        {
            Interlocked.Increment(ref refused);
        }
    }

    public void Warning(string message)
    {
        if (message.Contains("shows that no run was created", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref retriggered);
        }
    }

    public void Completed(PipelineRun run) { }

    public void Failed(PipelineException error, object? target) { }
}
