namespace PipelineTrigger.Core.Tests.Model;

/// <summary>A machine of the model: what its clocks show, and whether it sleeps.</summary>
internal sealed class Host(int number, HostPlan plan)
{
    public int Number { get; } = number;

    public bool CountsSleep { get; } = plan.CountsSleep;

    /// <summary>By how much its wall clock is off.</summary>
    public TimeSpan Offset { get; set; } = TimeSpan.FromSeconds(plan.Offset);

    /// <summary>How much of its sleep its monotonic clock has not counted.</summary>
    public TimeSpan Missed { get; set; }

    public TimeSpan AsleepUntil { get; set; }

    /// <summary>
    /// Sets the wall clock, no further off than ten minutes. One that goes back on a machine that does not count its sleep would hide it:
    /// nothing there could see it.
    /// </summary>
    public void Jump(int seconds)
    {
        var offset = Math.Clamp((Offset + TimeSpan.FromSeconds(CountsSleep ? seconds : Math.Abs(seconds))).TotalSeconds, -590, 590);
        Offset = TimeSpan.FromSeconds(offset);
    }
}

/// <summary>True time, and what happens at which moment of it. Everything happens on one thread, one after the other.</summary>
internal sealed class World
{
    // No case needs a tenth of this.
    private const int MostEvents = 200_000;

    private readonly PriorityQueue<Action, (TimeSpan At, long Number)> events = new();
    private readonly List<string> trace = [];
    private long scheduled;

    public static DateTime Epoch { get; } = new(2026, 12, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Since the beginning.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Whether what happens is written down.</summary>
    public bool IsTold { get; init; }

    /// <summary>What has happened, a line each.</summary>
    public string Trace => string.Join("\n", trace);

    public void After(TimeSpan delay, Action action) => events.Enqueue(action, (Now + delay, scheduled++));

    /// <summary>Something on a machine, which happens when that is awake.</summary>
    public void After(TimeSpan delay, Host host, Action action) => After(delay, () =>
        {
            if (host.AsleepUntil > Now)
            {
                After(host.AsleepUntil - Now, host, action);
            }
            else
            {
                action();
            }
        });

    /// <summary>Lets time pass until nothing happens any more.</summary>
    /// <returns>Whether it came to an end.</returns>
    public bool Run()
    {
        for (var count = 0; events.TryDequeue(out var action, out var when); count++)
        {
            if (count == MostEvents)
            {
                return false;
            }

            Now = when.At;
            action();
        }

        return true;
    }

    public void Tell(FormattableString line)
    {
        if (IsTold)
        {
            trace.Add(FormattableString.Invariant($"{Now.TotalSeconds, 9:0.000} {FormattableString.Invariant(line)}"));
        }
    }
}
