using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Runs;

/// <summary>A claim is made sure of again when a machine may have slept since.</summary>
public sealed class TriggerAttemptTests
{
    private readonly ManualClock clock = new();
    private int confirmations;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_fresh_claim_is_taken_for_granted()
    {
        var attempt = Attempt(TimeSpan.Zero);
        clock.Advance(TriggerAttempt.TrustedFor);
        await attempt.BeforeSendAsync(Cancel);
        Assert.Equal(0, confirmations);
    }

    [Fact]
    public async Task A_claim_is_as_old_as_the_moment_before_it_was_written()
    {
        var claimedAt = clock.GetUtcNow().UtcDateTime;
        clock.Advance(TriggerAttempt.TrustedFor + TimeSpan.FromSeconds(1));
        await new TriggerAttempt(null, clock, new Confirmed(() => ConfirmAsync(TimeSpan.Zero)), claimedAt).BeforeSendAsync(Cancel);
        Assert.Equal(1, confirmations);
    }

    [Fact]
    public async Task A_sleep_while_it_is_made_sure_of_makes_it_old_again()
    {
        var attempt = Attempt(TriggerAttempt.TrustedFor + TimeSpan.FromSeconds(1), sleeps: 1);
        clock.Advance(TriggerAttempt.TrustedFor + TimeSpan.FromSeconds(1));
        await attempt.BeforeSendAsync(Cancel);
        Assert.Equal(2, confirmations);
    }

    [Fact]
    public async Task A_ledger_that_is_always_too_slow_ends_it_before_anything_is_sent()
    {
        var attempt = Attempt(TriggerAttempt.TrustedFor + TimeSpan.FromSeconds(1));
        clock.Advance(TriggerAttempt.TrustedFor + TimeSpan.FromSeconds(1));
        var error = await Assert.ThrowsAsync<PipelineException>(() => attempt.BeforeSendAsync(Cancel));
        Assert.Equal((PipelineErrorId.LedgerUnavailable, null), (error.ErrorId, attempt.LastSentAt));
    }

    private TriggerAttempt Attempt(TimeSpan takes, int sleeps = int.MaxValue) =>
        new(null, clock, new Confirmed(() => ConfirmAsync(confirmations < sleeps ? takes : TimeSpan.Zero)));

    private Task ConfirmAsync(TimeSpan takes)
    {
        confirmations++;
        clock.Advance(takes);
        return Task.CompletedTask;
    }

    private sealed class Confirmed(Func<Task> confirm) : ITriggerRecord
    {
        public Task ConfirmAsync(CancellationToken cancellationToken) => confirm();

        public Task InDoubtAsync(DateTime lastSentAt, DateTime? sentUntil) => Task.CompletedTask;

        public Task AdoptAsync(PipelineRun run) => Task.CompletedTask;
    }
}
