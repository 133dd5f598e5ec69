using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Watching;

/// <summary>Tells that a vendor does not answer: once when it starts, once when every run that met it was seen again. Thread-safe.</summary>
internal sealed class Outage(IRunSource source, TimeProvider time, IOperationObserver observer)
{
    private readonly object gate = new();
    private int affected;
    private long since;

    /// <summary>Whether some run has met it and was not seen since.</summary>
    public bool IsOn => Volatile.Read(ref affected) > 0;

    /// <summary>A look at the run met it.</summary>
    public void Met(WatchedRun run, PipelineException failure)
    {
        bool isFirst;
        lock (gate)
        {
            if (run.MetOutage)
            {
                return;
            }

            run.MetOutage = true;
            isFirst = affected++ == 0;
            since = isFirst ? time.GetTimestamp() : since;
        }

        if (isFirst)
        {
            observer.Warning(
                $"{failure.Message} The wait on connection '{source.Name}' goes on.{(failure.RetryAfter > DelayStrategy.LongestAskedFor ? $" Runs are looked at again every {DelayStrategy.LongestAskedFor.TotalMinutes:0} minutes all the same." : "")}"
            );
        }
    }

    /// <summary>The vendor has told of the run.</summary>
    public void Over(WatchedRun run)
    {
        lock (gate)
        {
            if (!run.MetOutage)
            {
                return;
            }

            run.MetOutage = false;
            if (--affected > 0)
            {
                return;
            }
        }

        observer.Warning(
            $"{source.Vendor} answers again on connection '{source.Name}', after {time.GetElapsedTime(since).TotalSeconds:0} s."
        );
    }
}
