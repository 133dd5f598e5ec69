using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace PipelineTrigger.Core.Tests.Doubles;

/// <summary>
/// A clock that stands still until all work of its test waits for it, and then goes straight to the next moment that is waited for.
/// The sockets beside it are real.
/// </summary>
internal sealed class ManualClock : FakeTimeProvider
{
    // A test that hangs fails instead; no test takes a hundredth of this.
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(2);

#if NET
    private static readonly TimeSpan Still = TimeSpan.MaxValue;
#else
    // Mono may miss a change of flow, so work that has not moved for this long counts as waiting.
    private static readonly TimeSpan Still = TimeSpan.FromMilliseconds(100);
#endif

    // A thread that has taken work from its queue may be stopped before it begins it: that passes.
    private const int QuietLooks = 2;

    // The clock in whose flow a thread runs: the runtime reports each change, so the clock knows how many threads run its test's work.
    private static readonly AsyncLocal<ManualClock?> Flow = new(static change =>
    {
        change.PreviousValue?.Left();
        change.CurrentValue?.Entered();
    });

    private readonly object gate = new();
    private readonly HashSet<Alarm> alarms = [];
    private int running;
    private int entries;

    /// <summary>Begins now, as the emulator's clock does.</summary>
    public ManualClock()
        : base(DateTimeOffset.UtcNow) => Enter();

    /// <summary>
    /// The time-out of a call in flight is set beyond this. The clock never goes there by itself, and stands still while there is such a
    /// call.
    /// </summary>
    public static TimeSpan Horizon { get; } = TimeSpan.FromHours(2);

    /// <summary>What the caller begins from now on is work of this clock.</summary>
    public void Enter() => Flow.Value = this;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, callback, state);
        alarm.Set(dueTime, () => alarm.Timer = base.CreateTimer(static a => ((Alarm)a!).Ring(), alarm, dueTime, period));
        return alarm;
    }

    /// <summary>Goes to another thread, as an asynchronous call does; the clock stands still meanwhile.</summary>
    public async Task HopAsync()
    {
        Interlocked.Increment(ref running);
        try
        {
            await Task.Yield();
        }
        finally
        {
            Interlocked.Decrement(ref running);
        }
    }

    /// <summary>Begins the work in the clock's flow, and runs it.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> begin)
    {
        Enter();
        return RunAsync(begin());
    }

    /// <summary>As the other, for work without a result.</summary>
    public Task RunAsync(Func<Task> begin)
    {
        Enter();
        return RunAsync(begin());
    }

    /// <summary>The work's result; whenever all of the work waits for the clock, the clock goes to the next moment.</summary>
    /// <param name="work">Begun by the caller, after <see cref="Enter"/>.</param>
    public async Task<T> RunAsync<T>(Task<T> work)
    {
        await RunAsync((Task)work);
        return await work;
    }

    /// <summary>As the other, for work without a result.</summary>
    public Task RunAsync(Task work)
    {
        Assert.True(Flow.Value == this, "The work was begun outside the clock's flow: call Enter first.");
        var cancellationToken = TestContext.Current.CancellationToken;

        // Beside the flow and the thread pool, so that the clock's own loop does not count as work.
        using (ExecutionContext.SuppressFlow())
        {
            return Task
                .Factory.StartNew(
                    () => Drive(work, cancellationToken),
                    cancellationToken,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                )
                .ContinueWith(driven => driven.IsFaulted ? driven : work, TaskScheduler.Default)
                .Unwrap();
        }
    }

    private void Drive(Task work, CancellationToken cancellationToken)
    {
        var elapsed = Stopwatch.StartNew();
        var (looks, seen, changedAt) = (0, 0, TimeSpan.Zero);
        while (Task.WaitAny([work], 1, cancellationToken) < 0)
        {
            if (elapsed.Elapsed > Hang)
            {
                throw new TimeoutException("The work neither ended nor waited for the clock.");
            }

            lock (gate)
            {
                looks =
                    !IsQuiet() ? 0
                    : entries == seen ? looks + 1
                    : 1;
                changedAt = entries == seen ? changedAt : elapsed.Elapsed;
                seen = entries;
                if (looks >= QuietLooks || elapsed.Elapsed - changedAt > Still)
                {
                    GoToNextAlarm(isForced: looks < QuietLooks);
                    Interlocked.Increment(ref entries);
                }
            }
        }
    }

    // No thread runs work of this clock, and none is about to: what was queued before has begun when what is queued now has run.
    private bool IsQuiet() => Volatile.Read(ref running) == 0 && Task.Run(static () => { }).Wait(Hang) && Volatile.Read(ref running) == 0;

    private void Entered()
    {
        Interlocked.Increment(ref running);
        Interlocked.Increment(ref entries);
    }

    private void Left() => Interlocked.Decrement(ref running);

    private void GoToNextAlarm(bool isForced)
    {
        TimeSpan? ahead;
        lock (alarms)
        {
            var now = GetUtcNow();
            ahead = alarms.Count == 0 || !isForced && alarms.Any(a => a.Due - now >= Horizon) ? null : alarms.Min(a => a.Due) - now;
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
