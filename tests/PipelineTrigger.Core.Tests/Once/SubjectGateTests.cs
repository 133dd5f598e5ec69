using PipelineTrigger.Core.Once;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Once;

public sealed class SubjectGateTests
{
    private static readonly DateTime Now = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly SubjectGate gate = SubjectGate.Of("Vendor", "https://example.com", Guid.NewGuid().ToString());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Triggers_pass_together_while_no_run_is_searched_for()
    {
        Assert.True(gate.EnterAsync(Some("a"), Cancel).IsCompleted);
        Assert.True(gate.EnterAsync(Some("b"), Cancel).IsCompleted);
    }

    [Fact]
    public async Task A_search_waits_until_no_trigger_is_on_its_way()
    {
        var (a, b) = (Some("a"), Some("b"));
        await gate.EnterAsync(a, Cancel);
        await gate.EnterAsync(b, Cancel);
        var search = gate.BeginExclusiveAsync(Cancel);
        gate.Leave(a, "run a", isLost: false, Now);
        Assert.False(search.IsCompleted);

        gate.Leave(b, null, isLost: true, Now);

        await search;
    }

    [Fact]
    public async Task A_trigger_waits_while_a_run_is_searched_for()
    {
        await gate.BeginExclusiveAsync(Cancel);
        var trigger = gate.EnterAsync(Some("a"), Cancel);
        Assert.False(trigger.IsCompleted);

        gate.EndExclusive();

        await trigger;
    }

    [Fact]
    public async Task A_search_that_is_stopped_while_it_waits_lets_triggers_pass()
    {
        using var stop = new CancellationTokenSource();
        await gate.EnterAsync(Some("a"), Cancel);
        var search = gate.BeginExclusiveAsync(stop.Token);
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);

        await gate.EnterAsync(Some("b"), Cancel);
    }

    [Fact]
    public async Task A_trigger_that_is_stopped_while_it_waits_leaves_nothing_behind()
    {
        using var stop = new CancellationTokenSource();
        await gate.BeginExclusiveAsync(Cancel);
        var trigger = gate.EnterAsync(Some("a", "entry a"), stop.Token);
        Assert.Equal(["entry a"], gate.Entries);
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trigger);

        Assert.Empty(gate.Entries);
        gate.EndExclusive();
        await gate.BeginExclusiveAsync(Cancel);
    }

    [Fact]
    public void A_lost_trigger_is_known_until_its_run_is()
    {
        var a = Lose("a", Now);
        Assert.Equal(["a"], gate.Lost.Select(t => t.CorrelationId));
        gate.Close(a, "run a", Now);

        Assert.Empty(gate.Lost);
        Assert.Empty(gate.Entries);
        Assert.True(gate.IsAnothers("RUN A", Some("z")));
    }

    [Fact]
    public void A_trigger_that_is_given_up_is_still_lost_for_six_hours()
    {
        gate.EndSearch(Lose("a", Now), Now);
        Assert.Equal(["entry a"], gate.Entries);
        gate.EndSearch(Lose("b", Now.AddHours(5)), Now.AddHours(5));
        Assert.Equal(["a", "b"], gate.Lost.Select(t => t.CorrelationId));

        gate.EndSearch(Lose("c", Now.AddHours(7)), Now.AddHours(7));

        Assert.Equal(["b", "c"], gate.Lost.Select(t => t.CorrelationId));
    }

    [Fact]
    public void A_trigger_that_is_given_up_and_taken_up_again_is_lost_once()
    {
        gate.EndSearch(Lose("a", Now), Now);

        gate.Resume(Some("a"));

        Assert.Equal(["a"], gate.Lost.Select(t => t.CorrelationId));
    }

    [Fact]
    public void A_run_is_known_to_belong_to_a_trigger_for_six_hours()
    {
        Pass("a", "run a", Now);
        Pass("b", "run b", Now.AddHours(5));
        Assert.True(gate.IsAnothers("run a", Some("z")));

        Pass("c", "run c", Now.AddHours(7));

        Assert.False(gate.IsAnothers("run a", Some("z")));
        Assert.True(gate.IsAnothers("run b", Some("z")));
    }

#if NET
    [Fact]
    public void The_request_of_a_trigger_that_is_given_up_is_not_kept()
    {
        var request = GiveUp();

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.Single(gate.Lost);
        Assert.False(request.IsAlive);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private WeakReference GiveUp()
    {
        var trigger = Lose("a", Now);
        gate.EndSearch(trigger, Now);
        return new(trigger.Request);
    }
#endif

    private static PendingTrigger Some(string id, string? entry = null) =>
        Triggers.Pending(id, new TriggerSubject("pipeline", "me"), entry);

    private PendingTrigger Lose(string id, DateTime now)
    {
        var trigger = Some(id, $"entry {id}");
        trigger.LastSentAt = now;
        Assert.True(gate.EnterAsync(trigger, Cancel).IsCompleted);
        gate.Leave(trigger, null, isLost: true, now);
        return trigger;
    }

    private void Pass(string id, string runId, DateTime now)
    {
        var trigger = Some(id);
        Assert.True(gate.EnterAsync(trigger, Cancel).IsCompleted);
        gate.Leave(trigger, runId, isLost: false, now);
    }
}
