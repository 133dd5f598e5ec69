using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Model;

/// <summary>One trigger of the model, and its outcome.</summary>
internal sealed class ModelOperation(int number, StepPlan step, TriggerRequest request, World world)
{
    public int Number { get; } = number;

    public StepPlan Step { get; } = step;

    public TriggerRequest Request { get; } = request;

    public IdempotencyOptions Terms { get; } = new() { Key = step.Key, Record = !step.IsUnrecorded };

    /// <summary>How many of its requests have come to the vendor, or may still.</summary>
    public int Sent { get; set; }

    /// <summary>How many looks at the list it has made.</summary>
    public int Looks { get; set; }

    /// <summary>The requests that the vendor acted on.</summary>
    public int Acted { get; set; }

    public string? RunId { get; private set; }

    /// <summary>How it failed; null if it did not, or died.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>In true time.</summary>
    public TimeSpan EndedAt { get; private set; }

    public bool HasEnded => RunId is not null || Failure is not null;

    public void End(Task<PipelineRun> work)
    {
        EndedAt = world.Now;
        if (work.IsCanceled)
        {
            Failure = new OperationCanceledException();
        }
        else if (work.Exception is { } e)
        {
            Failure = e.InnerException;
        }
        else
        {
            RunId = work.GetAwaiter().GetResult().RunId;
        }

        world.Tell($"operation {Number}: {RunId ?? (Failure is PipelineException p ? p.ErrorId + ": " + p.Message : Failure!.ToString())}");
    }
}
