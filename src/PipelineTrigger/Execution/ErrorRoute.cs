using System.Management.Automation;

namespace PipelineTrigger.Execution;

/// <summary>A command that waits for runs and writes the errors of the commands that trigger them.</summary>
internal interface IErrorReceiver
{
    /// <summary>Whether it writes errors at once.</summary>
    bool FailFast { get; }

    /// <summary>Offers an error to the receiver.</summary>
    /// <param name="defer">Whether the error must not end a command before the last input.</param>
    /// <returns>Whether the receiver writes it; if not, the sender must.</returns>
    bool TryTake(PipelineException error, object? target, bool defer);
}

/// <summary>Where the errors of one command go: to its own error stream, or to a command further down the same pipeline.</summary>
internal sealed class ErrorRoute(InvocationInfo sender)
{
    /// <summary>The command that takes the errors; null if there is none.</summary>
    public IErrorReceiver? Receiver { get; private set; }

    /// <summary>Sends errors to a command if it follows the sender in the same pipeline. The first one that follows gets them.</summary>
    public void Redirect(InvocationInfo command, IErrorReceiver receiver)
    {
        if (Receiver is null && sender.PipelineLength == command.PipelineLength && sender.PipelinePosition < command.PipelinePosition)
        {
            Receiver = receiver;
        }
    }
}
