using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Http;

/// <summary>Delays all triggers of a connection when the vendor answers one of them with 429. Thread-safe.</summary>
internal sealed class TriggerBrake(TimeProvider time)
{
    private readonly object gate = new();
    private long until;
    private bool isOn;

    /// <summary>Blocks triggers for this long from now.</summary>
    public void Apply(TimeSpan pause)
    {
        lock (gate)
        {
            var end = time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);
            until = isOn ? Math.Max(until, end) : end;
            isOn = true;
        }
    }

    /// <summary>Returns when a trigger may be sent.</summary>
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
