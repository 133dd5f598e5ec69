namespace PipelineTrigger.Emulator.Tenants;

/// <summary>Real time plus an offset that a test moves forward.</summary>
internal sealed class TenantClock(TimeProvider time) : TimeProvider
{
    private long offsetTicks;

    public TimeSpan Offset => TimeSpan.FromTicks(Interlocked.Read(ref offsetTicks));

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Offset;

    public void Advance(TimeSpan by) => Interlocked.Add(ref offsetTicks, by.Ticks);
}
