using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Core.Tests.Model;

/// <summary>The clocks of a machine as one process on it reads them.</summary>
internal sealed class ProcessClock(World world, ModelProcess process) : TimeProvider
{
    private int timers;

    /// <summary>How many timers something waits for.</summary>
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

            clock.Schedule(dueTime, () => Ring(mine));
            Count(1);
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

            Count(-1);
            callback(state);
        }

        // The time-out of a request ends a wait, and is none.
        private void Count(int change) => Interlocked.Add(ref clock.timers, state is AttemptCancellation ? 0 : change);

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

            Count(-1);
        }
    }

    private void Schedule(TimeSpan dueTime, Action ring) => world.After(dueTime, process.Host, () => process.Do(ring));
}
