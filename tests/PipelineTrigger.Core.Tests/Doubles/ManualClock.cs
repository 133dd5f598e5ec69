using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace PipelineTrigger.Core.Tests.Doubles;

/// <summary>A clock that stands still until something waits for it, and then goes straight to that moment. The sockets beside it are real.</summary>
internal sealed class ManualClock : FakeTimeProvider
{
    // A test that hangs fails instead; no test takes a hundredth of this.
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(2);

    private readonly HashSet<Alarm> alarms = [];

    /// <summary>Begins now, as the emulator's clock does.</summary>
    public ManualClock()
        : base(DateTimeOffset.UtcNow) { }

    /// <summary>Time-outs of calls in flight are set beyond this: the clock never goes there by itself.</summary>
    public static TimeSpan Horizon { get; } = TimeSpan.FromHours(2);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, callback, state);
        alarm.Set(dueTime, () => alarm.Timer = base.CreateTimer(static a => ((Alarm)a!).Ring(), alarm, dueTime, period));
        return alarm;
    }

    /// <summary>The work's result; whenever the work waits for the clock, the clock is there already.</summary>
    /// <param name="work">Begun by the caller.</param>
    /// <param name="waits">How many waits there are when all of the work waits: until then, the clock stands.</param>
    public async Task<T> RunAsync<T>(Task<T> work, int waits = 1)
    {
        var running = Stopwatch.StartNew();
        while (!work.IsCompleted)
        {
            GoToNextAlarm(waits);
            if (running.Elapsed > Hang)
            {
                throw new TimeoutException("The work neither ended nor waited for the clock.");
            }

            await Task.WhenAny(work, Task.Delay(1, TestContext.Current.CancellationToken));
        }

        return await work;
    }

    /// <summary>As the other, for work without a result.</summary>
    public Task RunAsync(Task work, int waits = 1) => RunAsync(WithResultAsync(work), waits);

    private static async Task<bool> WithResultAsync(Task work)
    {
        await work;
        return true;
    }

    private void GoToNextAlarm(int waits)
    {
        TimeSpan? ahead;
        lock (alarms)
        {
            ahead = alarms.Count < waits ? null : alarms.Min(a => a.Due) - GetUtcNow();
        }

        if (ahead > TimeSpan.Zero && ahead < Horizon)
        {
            Advance(ahead.Value);
        }
    }

    private sealed class Alarm(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private int rings;

        public ITimer? Timer { get; set; }

        /// <summary>Never before the moment it rings, or the clock would wait there for nothing.</summary>
        public DateTimeOffset? Due { get; private set; }

        public void Set(TimeSpan dueTime, Action set)
        {
            var before = rings;
            set();
            lock (clock.alarms)
            {
                if (rings == before)
                {
                    Expect(dueTime);
                }
            }
        }

        public void Ring()
        {
            lock (clock.alarms)
            {
                rings++;
                Expect(Timeout.InfiniteTimeSpan);
            }

            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = false;
            Set(dueTime, () => changed = Timer!.Change(dueTime, period));
            return changed;
        }

        public void Dispose() => Set(Timeout.InfiniteTimeSpan, Timer!.Dispose);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private void Expect(TimeSpan dueTime)
        {
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                Due = null;
                clock.alarms.Remove(this);
            }
            else
            {
                Due = clock.GetUtcNow() + dueTime;
                clock.alarms.Add(this);
            }
        }
    }
}
