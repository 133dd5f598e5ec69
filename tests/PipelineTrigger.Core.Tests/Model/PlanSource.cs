using FsCheck;
using FsCheck.Fluent;

namespace PipelineTrigger.Core.Tests.Model;

/// <summary>Where the cases come from.</summary>
internal static class PlanSource
{
    // By then every request has been acted on, or never will be: the rest of the horizon is for lists that lag.
    private const int LatestAct = 195;

    public static Arbitrary<Plan> Plans => Arb.From(Any, static plan => plan.Simpler());

    private static Gen<int> Offset => Gen.Frequency((2, Gen.Constant(0)), (3, Gen.Choose(-60, 60)), (3, Gen.Choose(-590, 590)));

    private static Gen<HostPlan> Host =>
        from offset in Offset
        from counts in Gen.Elements(true, true, false)
        select new HostPlan(offset, counts);

    private static Gen<FatePlan> Trigger =>
        from fate in Gen.Frequency(
            (3, Gen.Constant(Fate.None)),
            (6, Gen.Elements(Fate.LostBefore, Fate.LostAfter, Fate.Late)),
            (
                4,
                Gen.Elements(
                    Fate.Refused,
                    Fate.Silent,
                    Fate.Swallowed,
                    Fate.Twice,
                    Fate.TwiceLost,
                    Fate.Garbled,
                    Fate.BadGateway,
                    Fate.BadGatewayBefore,
                    Fate.TooMany,
                    Fate.Rejected
                )
            )
        )
        from seconds in Gen.Choose(1, LatestAct)
        select new FatePlan(fate, seconds);

    private static Gen<FatePlan> Look =>
        from fate in Gen.Elements(
            Fate.None,
            Fate.Stale,
            Fate.LostBefore,
            Fate.Swallowed,
            Fate.Garbled,
            Fate.BadGateway,
            Fate.TooMany,
            Fate.Rejected
        )
        from seconds in Gen.Choose(1, 15)
        select new FatePlan(fate, seconds);

    private static Gen<MishapPlan> AnyMishap =>
        from at in Gen.Frequency((4, Gen.Choose(1, 14)), (1, Gen.Choose(1, 60)))
        from mishap in Gen.Frequency(
            (4, Gen.Elements(Mishap.CrashBefore, Mishap.CrashAfter)),
            (2, Gen.Elements(Mishap.LockTaken, Mishap.LockLost)),
            (2, Gen.Elements(Mishap.Sleep, Mishap.Jump)),
            (1, Gen.Elements(Mishap.LedgerFails, Mishap.LedgerFailsAfter))
        )
        from seconds in mishap == Mishap.Jump ? Gen.Choose(-600, 600) : Gen.Frequency((1, Gen.Choose(1, 20)), (1, Gen.Choose(20, 600)))
        select new MishapPlan(at, mishap, seconds);

    private static Gen<StepPlan> Step =>
        from after in Gen.Frequency((3, Gen.Choose(0, 3)), (2, Gen.Choose(3, 60)), (2, Gen.Choose(60, 600)))
        from host in Gen.Choose(0, 3)
        from user in Gen.Elements(0, 0, 1)
        from key in Gen.Elements("a", "a", "a", "b", null)
        from foreign in Gen.Frequency((8, Gen.Constant(false)), (1, Gen.Constant(true)))
        from unrecorded in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
        from stop in Gen.Frequency((6, Gen.Constant(0)), (1, Gen.Choose(1, 300)))
        from again in Gen.Elements(true, false)
        from triggers in Some(Trigger, 3)
        from looks in Gen.Frequency((2, Gen.Constant(new List<FatePlan>())), (1, Some(Look, 4)))
        from mishaps in Some(AnyMishap, 2)
        select new StepPlan(after, host, user, key, foreign, unrecorded, stop, again, triggers, looks, mishaps);

    private static Gen<Plan> Any =>
        from vendor in Gen.Elements(
            PipelineVendor.Mage,
            PipelineVendor.Supaflow,
            PipelineVendor.Mage,
            PipelineVendor.Supaflow,
            PipelineVendor.Prophecy
        )
        from seed in Gen.Choose(0, 1_000_000)
        from offset in Offset
        from skew in Gen.Choose(-3, 3)
        from dated in Gen.Frequency((9, Gen.Constant(true)), (1, Gen.Constant(false)))
        from proven in Gen.Frequency((5, Gen.Constant(true)), (1, Gen.Constant(false)))
        from count in Gen.Choose(2, 4)
        from hosts in Host.ListOf(count)
        from length in Gen.Choose(1, 5)
        from steps in Step.ListOf(length)
        select new Plan(vendor, seed, dated ? offset : 0, skew, dated, proven, hosts, steps);

    private static Gen<List<T>> Some<T>(Gen<T> item, int most) =>
        from count in Gen.Choose(0, most)
        from items in item.ListOf(count)
        select items;
}
