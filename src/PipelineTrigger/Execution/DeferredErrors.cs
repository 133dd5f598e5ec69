using System.Management.Automation;
using PipelineTrigger.Output;

namespace PipelineTrigger.Execution;

/// <summary>An error that is written after the last run.</summary>
/// <param name="Target">The input it belongs to.</param>
/// <param name="EndsCommand">Whether it ends the command that writes it.</param>
internal sealed record DeferredError(PipelineException Error, object? Target, bool EndsCommand)
{
    public ErrorRecord Record => ErrorRecords.Of(Error, Target);
}

/// <summary>The errors of one command or job that are written after the last run. Can be used from any thread.</summary>
internal sealed class DeferredErrors
{
    private readonly List<DeferredError> errors = [];

    /// <summary>Those that have not been written.</summary>
    public IReadOnlyList<DeferredError> Unwritten
    {
        get
        {
            lock (errors)
            {
                return [.. errors];
            }
        }
    }

    public void Add(PipelineException error, object? target, bool endsCommand = false)
    {
        lock (errors)
        {
            errors.Add(new(error, target, endsCommand));
        }
    }

    /// <summary>Writes the errors in order. An error counts as written even if writing it ends the command.</summary>
    public void WriteAll(Action<DeferredError> write)
    {
        foreach (var error in Unwritten)
        {
            lock (errors)
            {
                errors.Remove(error);
            }

            write(error);
        }
    }
}
