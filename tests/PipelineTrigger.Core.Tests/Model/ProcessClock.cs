namespace PipelineTrigger.Core.Tests.Model;

/// <summary>The clocks of a machine as one process on it reads them.</summary>
internal sealed class ProcessClock(World world, ModelProcess process) : TimeProvider
{
    private int timers;

    /// <summary>How many timers are on.</summary>
    public int Timers => Volatile.Read(ref timers);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => (world.Now - process.Host.Missed).Ticks;

    public override DateTimeOffset GetUtcNow() => new(World.Epoch + world.Now + process.Host.Offset);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(ProcessClock clock, TimerCallback callback, object? state) : ITimer
    {
        private readonly Lock gate = new();
        private int setting;
        private bool isOn;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Off();
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                return true;
            }

            int mine;
            lock (gate)
            {
                isOn = true;
                mine = ++setting;
            }

            Interlocked.Increment(ref clock.timers);
            clock.Schedule(dueTime, () => Ring(mine));
            return true;
        }

        public void Dispose() => Off();

        public ValueTask DisposeAsync()
        {
            Off();
            return default;
        }

        private void Ring(int mine)
        {
            lock (gate)
            {
                if (!isOn || setting != mine)
                {
                    return;
                }

                isOn = false;
            }

            Interlocked.Decrement(ref clock.timers);
            callback(state);
        }

        private void Off()
        {
            lock (gate)
            {
                if (!isOn)
                {
                    return;
                }

                isOn = false;
            }

            Interlocked.Decrement(ref clock.timers);
        }
    }

    private void Schedule(TimeSpan dueTime, Action ring) => world.After(dueTime, process.Host, () => process.Do(ring));
}
