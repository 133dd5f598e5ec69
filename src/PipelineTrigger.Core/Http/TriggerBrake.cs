using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Http;

/// <summary>When a vendor answers one trigger with 429, all triggers of the connection wait, not only that one. Thread-safe.</summary>
internal sealed class TriggerBrake(TimeProvider time)
{
    private readonly object gate = new();
    private long until;
    private bool isOn;

    /// <summary>No trigger before this much time has passed.</summary>
    public void Apply(TimeSpan pause)
    {
        lock (gate)
        {
            var end = time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);
            until = isOn ? Math.Max(until, end) : end;
            isOn = true;
        }
    }

    /// <summary>Returns when a trigger may go.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        while (Rest() is { } rest)
        {
            await time.WaitAsync(rest, cancellationToken).ConfigureAwait(false);
        }
    }

    private TimeSpan? Rest()
    {
        lock (gate)
        {
            if (!isOn)
            {
                return null;
            }

            var rest = time.GetElapsedTime(time.GetTimestamp(), until);
            isOn = rest > TimeSpan.Zero;
            return isOn ? rest : null;
        }
    }
}
