using PipelineTrigger.Output;

namespace PipelineTrigger.Commands;

/// <summary>Passes what the client core reports to the pipeline thread.</summary>
internal sealed class CmdletObserver(
    PipelineCmdlet cmdlet,
    Action<PipelineRun>? completed = null,
    Action<PipelineException, object?>? failed = null,
    ExitReport? exitReport = null
) : IOperationObserver
{
    public bool IsVerbose { get; } = cmdlet.IsVerbose;

    public void Verbose(string message)
    {
        if (IsVerbose)
        {
            cmdlet.Post(() => cmdlet.WriteVerbose(message));
        }
    }

    public void Warning(string message) => cmdlet.Post(() => cmdlet.WriteWarning(message));

    public void Completed(PipelineRun run)
    {
        if (!run.IsFinished)
        {
            exitReport?.Add(run);
        }

        cmdlet.Post(() => completed?.Invoke(run));
    }

    public void Failed(PipelineException error, object? target)
    {
        exitReport?.Add(error);
        cmdlet.Post(() => failed?.Invoke(error, target));
    }
}
