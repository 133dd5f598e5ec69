using System.Text.Json;
using System.Text.Json.Serialization;
using PipelineTrigger.Core.Tests.Doubles;

namespace PipelineTrigger.Core.Tests.Model;

/// <summary>What goes wrong with one trigger on its way, or with one look at the list of runs.</summary>
internal enum Fate
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The connection is refused: nothing is sent.</summary>
    Refused,

    /// <summary>It is lost before the vendor acts on it, and the connection is reset.</summary>
    LostBefore,

    /// <summary>The vendor acts on it, and the connection is reset.</summary>
    LostAfter,

    /// <summary>The connection is reset, and the vendor acts on it after some seconds.</summary>
    Late,

    /// <summary>The vendor acts on it and never answers.</summary>
    Silent,

    /// <summary>The vendor neither acts on it nor answers.</summary>
    Swallowed,

    /// <summary>Something between repeats it: the vendor makes two runs of it and answers with the first.</summary>
    Twice,

    /// <summary>The same, and the connection is reset.</summary>
    TwiceLost,

    /// <summary>The vendor acts on it, and a web page is the answer.</summary>
    Garbled,

    /// <summary>502, and the vendor acts on it.</summary>
    BadGateway,

    /// <summary>502, and the vendor does not.</summary>
    BadGatewayBefore,

    /// <summary>429.</summary>
    TooMany,

    /// <summary>The vendor refuses it.</summary>
    Rejected,

    /// <summary>A list alone: it shows how things were some seconds ago.</summary>
    Stale,
}

/// <summary>What happens to a process, or to its host, while it waits for something.</summary>
internal enum Mishap
{
    /// <summary>The process dies before what it waits for is done.</summary>
    CrashBefore,

    /// <summary>The process dies when that is done, before it learns of it.</summary>
    CrashAfter,

    /// <summary>Its locks are gone, and it can see that.</summary>
    LockTaken,

    /// <summary>Its locks no longer keep others out, and nothing shows it.</summary>
    LockLost,

    /// <summary>The host sleeps for some seconds.</summary>
    Sleep,

    /// <summary>The host's clock is set some seconds on, or back.</summary>
    Jump,

    /// <summary>The ledger fails before it has done anything.</summary>
    LedgerFails,

    /// <summary>The ledger has done what was asked, and says that it failed.</summary>
    LedgerFailsAfter,
}

/// <summary>A machine.</summary>
/// <param name="Offset">By how many seconds its clock is off.</param>
/// <param name="CountsSleep">Whether its monotonic clock runs while it sleeps.</param>
internal sealed record HostPlan(int Offset, bool CountsSleep);

/// <summary>A fate, with its seconds.</summary>
internal sealed record FatePlan(Fate Fate, int Seconds = 0);

/// <summary>A mishap at the process's wait of this number, the first being 1.</summary>
internal sealed record MishapPlan(int At, Mishap Mishap, int Seconds = 0);

/// <summary>One thing that happens: a trigger by this product, or a run that is started by other means.</summary>
/// <param name="After">Seconds after the one before began.</param>
/// <param name="Key">Null: without one.</param>
/// <param name="Stop">After how many seconds the caller stops it; 0: never.</param>
/// <param name="Again">Whether the process that this user had on this host does it, if that still lives and is idle.</param>
/// <param name="Triggers">The fates of its sends, in order.</param>
/// <param name="Looks">The fates of its reads of the list.</param>
internal sealed record StepPlan(
    int After,
    int Host,
    int User,
    string? Key,
    bool IsForeign,
    bool IsUnrecorded,
    int Stop,
    bool Again,
    IReadOnlyList<FatePlan> Triggers,
    IReadOnlyList<FatePlan> Looks,
    IReadOnlyList<MishapPlan> Mishaps
)
{
    public static StepPlan Plain { get; } = new(0, 0, 0, "a", false, false, 0, false, [], [], []);
}

/// <summary>A case: all that decides what happens in it. Its text is JSON, from which it can be had again.</summary>
/// <param name="Seed">Of the delays.</param>
/// <param name="VendorOffset">By how many seconds the vendor's clock is off.</param>
/// <param name="Skew">By how many seconds what stamps its runs is ahead of what dates its answers.</param>
/// <param name="IsDated">Whether its answers are dated.</param>
/// <param name="IsProven">Whether the ledger knows a run of each user beforehand.</param>
internal sealed record Plan(
    string Vendor,
    int Seed,
    int VendorOffset,
    int Skew,
    bool IsDated,
    bool IsProven,
    IReadOnlyList<HostPlan> Hosts,
    IReadOnlyList<StepPlan> Steps
)
{
    private static readonly JsonSerializerOptions Form = new()
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    };

    public static Plan Parse(string text) => JsonSerializer.Deserialize<Plan>(text, Form)!;

    public override string ToString() => JsonSerializer.Serialize(this, Form);

    /// <summary>Simpler cases, the simplest first.</summary>
    public IEnumerable<Plan> Simpler() =>
        [
            .. Steps.Select((_, i) => this with { Steps = Without(Steps, i) }),
            .. from i in Enumerable.Range(0, Steps.Count) from step in Simpler(Steps[i]) select this with { Steps = With(Steps, i, step) },
            .. from i in Enumerable.Range(0, Hosts.Count)
            from host in (HostPlan[])[new(0, true), Hosts[i] with { CountsSleep = true }, Hosts[i] with { Offset = Hosts[i].Offset / 2 }]
            where host != Hosts[i]
            select this with
            {
                Hosts = With(Hosts, i, host),
            },
            .. (
                (Plan[])
                    [
                        this with
                        {
                            VendorOffset = 0,
                        },
                        this with
                        {
                            Skew = 0,
                        },
                        this with
                        {
                            IsDated = true,
                        },
                        this with
                        {
                            IsProven = true,
                        },
                        this with
                        {
                            Seed = 0,
                        },
                    ]
            ).Where(p => p.ToString() != ToString()),
        ];

    private static IEnumerable<StepPlan> Simpler(StepPlan step) =>
        [
            .. step.Mishaps.Select((_, i) => step with { Mishaps = Without(step.Mishaps, i) }),
            .. step.Triggers.Select((_, i) => step with { Triggers = Without(step.Triggers, i) }),
            .. step.Looks.Select((_, i) => step with { Looks = Without(step.Looks, i) }),
            .. (
                (StepPlan[])
                    [
                        step with
                        {
                            Host = 0,
                        },
                        step with
                        {
                            User = 0,
                        },
                        step with
                        {
                            Stop = 0,
                        },
                        step with
                        {
                            After = 0,
                        },
                        step with
                        {
                            After = step.After / 2,
                        },
                        step with
                        {
                            Again = false,
                        },
                        step with
                        {
                            IsUnrecorded = false,
                        },
                    ]
            ).Where(s => s != step),
            .. step
                .Mishaps.Select((m, i) => step with { Mishaps = With(step.Mishaps, i, m with { Seconds = m.Seconds / 2 }) })
                .Where((s, i) => s.Mishaps[i] != step.Mishaps[i]),
            .. step
                .Mishaps.Where(m => m.At > 1)
                .Select(m => step with { Mishaps = [.. step.Mishaps.Select(o => o == m ? m with { At = m.At - 1 } : o)] }),
        ];

    private static IReadOnlyList<T> Without<T>(IReadOnlyList<T> list, int place) => [.. list.Where((_, i) => i != place)];

    private static IReadOnlyList<T> With<T>(IReadOnlyList<T> list, int place, T item) =>
        [.. list.Select((other, i) => i == place ? item : other)];
}
