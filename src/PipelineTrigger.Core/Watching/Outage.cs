using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Watching;

/// <summary>
/// Reports an outage of a vendor: once when it starts, and once when every run that could not be read has been read again. Thread-safe.
/// </summary>
internal sealed class Outage(IRunSource source, TimeProvider time, IOperationObserver observer)
{
    private readonly object gate = new();
    private int affected;
    private long since;

    /// <summary>Whether a run could not be read and has not been read since.</summary>
    public bool IsOn => Volatile.Read(ref affected) > 0;

    /// <summary>Records that a run could not be read.</summary>
    public void Begin(WatchedRun run, PipelineException failure)
    {
        bool isFirst;
        lock (gate)
        {
            if (run.IsInOutage)
            {
                return;
            }

            run.IsInOutage = true;
            isFirst = affected++ == 0;
            since = isFirst ? time.GetTimestamp() : since;
        }

        if (isFirst)
        {
            var pause =
                failure.RetryAfter > DelayStrategy.LongestAskedFor
                    ? $" Runs are still checked every {DelayStrategy.LongestAskedFor.TotalMinutes:0} minutes."
                    : "";
            observer.Warning($"{failure.Message} The wait on connection '{source.Name}' continues.{pause}");
        }
    }

    /// <summary>Records that a run was read, or is no longer watched.</summary>
    public void End(WatchedRun run)
    {
        lock (gate)
        {
            if (!run.IsInOutage)
            {
                return;
            }

            run.IsInOutage = false;
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
