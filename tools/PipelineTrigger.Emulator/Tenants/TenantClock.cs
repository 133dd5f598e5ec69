namespace PipelineTrigger.Emulator.Tenants;

/// <summary>Real time plus an offset that a test moves forward.</summary>
internal sealed class TenantClock(TimeProvider time) : TimeProvider
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    private long offsetTicks;

    public TimeSpan Offset => TimeSpan.FromTicks(Interlocked.Read(ref offsetTicks));

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Offset;

    /// <summary>Waits until the clock has moved on so far, by itself or because a test moved it.</summary>
    public async Task WaitAsync(TimeSpan time)
    {
        for (var end = GetUtcNow() + time; GetUtcNow() < end; )
        {
            await Task.Delay(Look);
        }
    }

    public void Advance(TimeSpan by) => Interlocked.Add(ref offsetTicks, by.Ticks);
}
