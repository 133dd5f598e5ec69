using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Model;

/// <summary>How often what came about, over many cases.</summary>
internal sealed class ModelTally
{
    private readonly SortedDictionary<string, int> counts = new(StringComparer.Ordinal);

    public void Count(string what)
    {
        lock (counts)
        {
            counts[what] = counts.GetValueOrDefault(what) + 1;
        }
    }

    public int Of(string what) => counts.GetValueOrDefault(what);

    public override string ToString() => string.Join(", ", counts.Select(c => $"{c.Key}: {c.Value}"));
}

/// <summary>A case, played: every promise that it broke.</summary>
internal sealed class ModelCase
{
    // After everything, each key is given once more, when nothing can come late any more.
    private static readonly TimeSpan Afterwards = TimeSpan.FromMinutes(30);

    // A list may show how things were some seconds ago, and takes a second on its way.
    private static readonly TimeSpan ShownWithin = TimeSpan.FromSeconds(20);

    private static int cases;

    private readonly Plan plan;
    private readonly World world;
    private readonly VendorModel vendor;
    private readonly MemoryPlace place;
    private readonly Host[] hosts;
    private readonly List<ModelOperation> operations = [];
    private readonly List<ModelProcess> processes = [];

    private ModelCase(Plan plan, bool isTold)
    {
        this.plan = plan;
        world = new() { IsTold = isTold };
        vendor = new(plan, world, Interlocked.Increment(ref cases));
        place = new(() => World.Epoch + world.Now);
        hosts = [.. plan.Hosts.Select((h, i) => new Host(i, h))];
    }

    /// <summary>Plays a case; the promises that were broken, none if all is well.</summary>
    /// <param name="story">What happened, if that is asked for.</param>
    public static IReadOnlyList<string> Play(Plan plan, out string story, bool isTold = false, ModelTally? tally = null)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var played = new ModelCase(plan, isTold);
            var broken = played.Play();
            played.Tell(tally);
            story = played.world.Trace;
            return broken;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private string[] Play()
    {
        if (plan.IsProven)
        {
            Do(StepPlan.Plain with { Key = "known" });
            Do(StepPlan.Plain with { Key = "known too", User = 1 });
        }

        world.Run();
        var at = TimeSpan.Zero;
        foreach (var step in plan.Steps)
        {
            at += TimeSpan.FromSeconds(step.After);
            world.After(at, () => Do(step));
        }

        var hasEnded = world.Run();
        foreach (var key in plan.Steps.Where(s => !s.IsForeign).Select(s => s.Key).OfType<string>().Distinct())
        {
            world.After(Afterwards, () => Do(StepPlan.Plain with { Key = key }));
            hasEnded &= world.Run();
        }

        string[] broken = [.. hasEnded ? [] : (string[])["The case does not come to an end."], .. Broken()];
        processes.ForEach(p => p.Dispose());
        return broken;
    }

    private void Do(StepPlan step)
    {
        if (step.IsForeign)
        {
            vendor.Make(null, vendor.NextRequest(), step.User, null);
            return;
        }

        var host = hosts[step.Host % hosts.Length];
        var operation = new ModelOperation(operations.Count, step, vendor.Request(), world);
        operations.Add(operation);
        var process = step.Again ? processes.FindLast(p => p.IsIdle && p.Host == host && p.User == step.User) : null;
        if (process is null)
        {
            process = new(processes.Count, world, host, step.User, vendor, place, plan.Seed + processes.Count);
            processes.Add(process);
        }

        world.Tell(
            $"operation {operation.Number}: process {process.Number} on host {host.Number}, user {step.User}, key {step.Key ?? "none"}"
        );
        process.Begin(operation);
    }

    private IEnumerable<string> Broken()
    {
        foreach (var key in operations.Where(o => o.Step.Key is not null).GroupBy(o => o.Step.Key!))
        {
            var made = vendor.Runs.Where(r => r.Operation?.Step.Key == key.Key).ToList();
            if (made.Select(r => r.Request).Distinct().Count() > 1)
            {
                var times = made.Select(r => r.Request).Distinct().Count();
                yield return $"Key {key.Key} was triggered {times} times: runs {string.Join(", ", made.Select(r => r.Id))}.";
            }

            var told = key.Select(o => vendor.Runs.FirstOrDefault(r => r.Id == o.RunId)).OfType<ModelRun>().ToList();
            if (told.Select(r => r.Request).Distinct().Count() > 1)
            {
                yield return $"Key {key.Key} was told to stand for different runs: {string.Join(", ", told.Select(r => r.Id).Distinct())}.";
            }
        }

        foreach (var operation in operations)
        {
            if (operation.RunId is { } id && IsWrong(operation, vendor.Runs.Single(r => r.Id == id)) is { } wrong)
            {
                yield return $"Operation {operation.Number} was told run {id}: {wrong}.";
            }

            if (operation.Failure is not (null or PipelineException or OperationCanceledException))
            {
                yield return $"Operation {operation.Number} ended untyped: {operation.Failure}";
            }

            if (
                operation.Acted > 0
                && operation.Failure is OperationCanceledException or PipelineException { Absence: not RunAbsence.NotKnown, Run: null }
            )
            {
                yield return $"Operation {operation.Number} made a run and said that there is none: {operation.Failure.Message}";
            }
        }

        foreach (var (operation, process) in operations.Zip(operations.Select(o => processes.Find(p => p.Operation == o))))
        {
            if (!operation.HasEnded && process is { IsAlive: true })
            {
                yield return $"Operation {operation.Number} never ended.";
            }
        }
    }

    // Where runs do not name their trigger: the documented sentence alone excuses.
    private string? IsWrong(ModelOperation operation, ModelRun run)
    {
        var isOurs = run.Operation == operation || (operation.Step.Key is { } key && run.Operation?.Step.Key == key);
        if (isOurs)
        {
            return null;
        }

        // A run of other means may itself be taken for another's by the documented sentence, and then leaves that other's run over.
        if (
            operation.Step.IsUnrecorded
            && vendor.Runs.Any(r => r.Operation == operation && operations.Exists(o => o != operation && o.RunId == r.Id))
        )
        {
            return null;
        }

        // So is the second run of a request that was repeated on its way.
        var byOtherMeans =
            run.Operation is null || run.Operation.Step.IsUnrecorded || vendor.Runs.Any(r => r != run && r.Request == run.Request);
        var decidedAt = place.SettledAt.TryGetValue((operation.Step.Key, run.Id), out var settled)
            ? settled - World.Epoch
            : operation.EndedAt;
        var madeNone = !vendor.Runs.Any(r =>
            (r.Operation == operation || (operation.Step.Key is { } own && r.Operation?.Step.Key == own))
            && r.MadeAt < decidedAt - ShownWithin
        );
        var users = operations.Where(o => o == operation || (operation.Step.Key is { } own && o.Step.Key == own)).Select(o => o.Step.User);
        var owner = run.Operation is { } other ? $"operation {other.Number}, key {other.Step.Key ?? "none"}" : "another program";
        return plan.Vendor == PipelineVendor.Supaflow && byOtherMeans && madeNone && users.Contains(run.User)
            ? null
            : $"it belongs to {owner}, user {run.User}";
    }

    private void Tell(ModelTally? tally)
    {
        foreach (var operation in tally is null ? [] : operations)
        {
            tally!.Count(
                operation switch
                {
                    { RunId: not null } => "runs told",
                    { Failure: PipelineException e } => e.ErrorId,
                    { Failure: not null } => "stopped",
                    _ => "died",
                }
            );
        }
    }
}
