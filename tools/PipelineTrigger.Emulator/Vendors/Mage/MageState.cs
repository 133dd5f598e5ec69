using System.Collections.Concurrent;
using PipelineTrigger.Emulator.Runs;
using PipelineTrigger.Emulator.Tenants;

namespace PipelineTrigger.Emulator.Vendors.Mage;

internal sealed class MageState
{
    /// <summary>How many requests a broken database session spoils before the server has repaired it.</summary>
    private const int SpoiledRequests = 3;

    private int spoiled;
    private int sessionsBroken;
    private int notFoundAnswers;
    private volatile bool signInSeen;

    public MageState(DateTimeOffset now)
    {
        Set(new MageTrigger(1, "nightly", Token: "trigger-token-1"), now);
        Set(new MageTrigger(2, "hourly", "slow_pipeline", Token: "trigger-token-2"), now);
        Set(new MageTrigger(3, "on demand", Token: "trigger-token-3"), now);
        Set(new MageTrigger(4, "paused", Status: MageTrigger.Inactive, Token: "trigger-token-4"), now);
        Set(new MageTrigger(5, "by the clock", ScheduleType: "time", Token: "trigger-token-5"), now);
    }

    public RunStore<MageRun> Runs { get; } = new();

    public ConcurrentDictionary<int, MageTrigger> Triggers { get; } = new();

    public ExpiringTokens Sessions { get; } = new();

    public bool SchedulerRuns { get; private set; } = true;

    public int SessionsBroken => sessionsBroken;

    public MageTrigger? Trigger(int id) => Triggers.GetValueOrDefault(id);

    public void Set(MageTrigger trigger, DateTimeOffset now)
    {
        var known = Trigger(trigger.Id);
        trigger = trigger with
        {
            CreatedAt = known?.CreatedAt ?? now,
            Name = trigger.Name.Length > 0 ? trigger.Name : $"trigger {trigger.Id}",
            Token = trigger.Token.Length > 0 ? trigger.Token : $"trigger-token-{trigger.Id}",
        };
        Triggers[trigger.Id] = trigger;
        ReleaseWaiting(now);
    }

    public MageTrigger Activate(MageTrigger trigger, DateTimeOffset now)
    {
        Set(trigger with { Status = MageTrigger.Active }, now);
        return Triggers[trigger.Id];
    }

    public bool Delete(int id)
    {
        if (!Triggers.TryRemove(id, out _))
        {
            return false;
        }
        foreach (var run in Runs.All().Where(r => r.Trigger?.Id == id))
        {
            run.Trigger = null;
        }
        return true;
    }

    public void SetScheduler(bool runs, DateTimeOffset now)
    {
        SchedulerRuns = runs;
        ReleaseWaiting(now);
    }

    public bool TakesUp(MageTrigger? trigger) =>
        SchedulerRuns && (trigger is null || Trigger(trigger.Id) is not { Status: MageTrigger.Inactive });

    public void BreakSession()
    {
        Interlocked.Increment(ref sessionsBroken);
        Volatile.Write(ref spoiled, SpoiledRequests);
    }

    public bool TakeSpoiled() => Volatile.Read(ref spoiled) > 0 && Interlocked.Decrement(ref spoiled) >= 0;

    /// <summary>Signing in writes its own message into the error object that every 404 shares.</summary>
    public void SignInSeen() => signInSeen = true;

    public string NotFoundMessage =>
        signInSeen || Interlocked.Increment(ref notFoundAnswers) % 2 == 0 ? "Email/username and/or password invalid." : "Record not found.";

    private void ReleaseWaiting(DateTimeOffset now)
    {
        foreach (var run in Runs.All().Where(r => TakesUp(r.Trigger)))
        {
            run.Release(now);
        }
    }
}
