using PipelineTrigger.Core.Once;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Once;

public sealed class ExclusionSearchTests : IRunFinder
{
    private const string Known = "known";

    private static readonly TriggerSubject Subject = new("pipeline", "me");
    private static readonly TimeSpan Horizon = TimeSpan.FromSeconds(220);

    private readonly ManualClock clock = new();
    private readonly AdoptedRuns adopted = new();
    private readonly SubjectGate gate = SubjectGate.Of("Vendor", "https://example.com", Guid.NewGuid().ToString());
    private readonly RunSearch search;
    private readonly PendingTrigger trigger;
    private readonly List<ListedRun> listed = [];
    private bool isComplete = true;

    public ExclusionSearchTests()
    {
        search = new(this, null, new VendorClock(clock), clock, Horizon);
        trigger = Lost("a");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    [Fact]
    public async Task The_only_run_that_can_be_its_own_is_adopted_and_belongs_to_it_from_then_on()
    {
        ShowOneOfOurs();
        List("x", Now);

        var result = await LookAsync();

        Assert.Equal("x", result.Run?.RunId);
        Assert.Equal(["x"], adopted.Ids);
        Assert.True(gate.IsAnothers("x", Triggers.Pending("z", Subject)));
        Assert.Empty(gate.Lost);
    }

    [Fact]
    public async Task Nothing_is_adopted_before_the_list_has_shown_a_run_that_is_certainly_ours()
    {
        List("x", Now);

        await StaysOpenAsync("has not yet found a run that is certainly ours");
    }

    [Fact]
    public async Task Of_two_runs_that_can_be_its_own_none_is_adopted()
    {
        ShowOneOfOurs();
        List("x", Now);
        List("y", Now);

        await StaysOpenAsync("2 runs of this user may belong to it");
    }

    [Theory]
    [InlineData("me", false)]
    [InlineData("you", true)]
    public async Task Another_lost_trigger_counts_if_it_is_of_the_same_user(string user, bool isAdopted)
    {
        ShowOneOfOurs();
        List("x", Now);
        Lost("b", user);

        Assert.Equal(isAdopted, (await LookAsync()).Run is not null);
    }

    [Fact]
    public async Task Another_lost_trigger_that_was_given_up_still_counts()
    {
        ShowOneOfOurs();
        List("x", Now);
        gate.EndSearch(Lost("b"), Now);

        await StaysOpenAsync("2 triggers lost the answer");
    }

    [Fact]
    public async Task Another_lost_trigger_that_cannot_have_created_the_run_does_not_count()
    {
        ShowOneOfOurs();
        List("x", Now);
        Lost("b", sentAt: Now.AddHours(-2));

        Assert.Equal("x", (await LookAsync()).Run?.RunId);
    }

    [Fact]
    public async Task A_list_that_is_not_complete_proves_nothing()
    {
        ShowOneOfOurs();
        List("x", Now);
        isComplete = false;

        await StaysOpenAsync("one run of this user may belong to it");
    }

    [Theory]
    [InlineData(-10, true)]
    [InlineData(230, true)]
    [InlineData(0, false)]
    public async Task A_run_of_another_trigger_another_time_or_another_call_is_not_its_own(int seconds, bool mayBeOurs)
    {
        ShowOneOfOurs();
        List("x", Now.AddSeconds(seconds), mayBeOurs);
        List("claimed", Now);
        gate.Close(Lost("b"), "claimed", Now);

        await StaysOpenAsync("its run is not in the vendor's list yet");
    }

    [Fact]
    public async Task After_the_horizon_a_run_that_is_not_in_the_list_was_not_created()
    {
        ShowOneOfOurs();
        clock.Advance(Horizon);

        Assert.True((await LookAsync()).IsAbsent);
        Assert.Empty(gate.Lost);
    }

    [Fact]
    public async Task After_the_horizon_a_list_that_never_showed_one_of_ours_still_proves_nothing()
    {
        clock.Advance(Horizon);

        await StaysOpenAsync("has never found a run that is certainly ours");
    }

    [Fact]
    public async Task Triggers_may_pass_again_after_a_look_that_failed()
    {
        listed.Add(null!);
        await Assert.ThrowsAnyAsync<Exception>(LookAsync);

        await gate.EnterAsync(Triggers.Pending("b", Subject), Cancel);
    }

    Task<string?> IRunFinder.WorkspaceAsync(IOperationObserver observer, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(null);

    Task<TriggerSubject?> IRunFinder.SubjectAsync(
        TriggerRequest request,
        IOperationObserver observer,
        CancellationToken cancellationToken
    ) => Task.FromResult<TriggerSubject?>(Subject);

    Task<RunListing> IRunFinder.ListRunsAsync(
        TriggerSubject subject,
        DateTime since,
        IOperationObserver observer,
        CancellationToken cancellationToken
    ) => Task.FromResult(new RunListing([.. listed], isComplete));

    private Task<SearchResult> LookAsync() => new ExclusionSearch(search, null, gate).LookAsync(trigger, Now, Cancel);

    private async Task StaysOpenAsync(string reason)
    {
        var result = await LookAsync();

        Assert.Equal((null, false), (result.Run, result.IsAbsent));
        Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
        Assert.Empty(adopted.Ids);
    }

    private PendingTrigger Lost(string id, string user = "me", DateTime? sentAt = null)
    {
        var at = sentAt ?? Now;
        var lost = Triggers.Pending(id, Subject with { User = user }, record: adopted);
        (lost.Sent, lost.LastSentAt, lost.SentStamp) = (new(at, at), at, clock.GetTimestamp());
        Assert.True(gate.EnterAsync(lost, Cancel).IsCompleted);
        gate.Leave(lost, null, isLost: true, at);
        return lost;
    }

    private void ShowOneOfOurs()
    {
        var at = Now.AddHours(-1);
        search.Triggered(Subject, Known, new(at, at));
        List(Known, at);
    }

    private void List(string id, DateTime createdAt, bool mayBeOurs = true) =>
        listed.Add(new(new PipelineRun { RunId = id, CreatedAt = createdAt }, null, mayBeOurs));
}
