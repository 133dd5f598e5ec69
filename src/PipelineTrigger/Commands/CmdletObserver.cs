using PipelineTrigger.Output;

namespace PipelineTrigger.Commands;

/// <summary>Hands what the client core tells over to the pipeline thread.</summary>
internal sealed class CmdletObserver(
    PipelineCmdlet cmdlet,
    Action<PipelineRun> completed,
    Action<PipelineException, object?> failed,
    ExitReport? farewell = null
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
            farewell?.Expect(run);
        }

        cmdlet.Post(() => completed(run));
    }

    public void Failed(PipelineException error, object? target)
    {
        farewell?.Expect(error);
        cmdlet.Post(() => failed(error, target));
    }
}
