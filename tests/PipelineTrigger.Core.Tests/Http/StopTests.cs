using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Http;

/// <summary>The outcome of a call when the caller gives up.</summary>
public sealed class StopTests : IDisposable
{
    private readonly TaskCompletionSource<RawAnswer> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource stop = new();
    private readonly RawServer server;
    private readonly TestedSender sender;

    public StopTests()
    {
        server = new(_ => answer.Task);
        sender = new(server.BaseUri);
    }

    public void Dispose()
    {
        answer.TrySetResult(RawAnswer.None);
        sender.Dispose();
        server.Dispose();
        stop.Dispose();
    }

    [Fact]
    public async Task A_trigger_in_flight_is_given_its_grace_and_then_its_outcome_is_unknown()
    {
        var trigger = sender.StartAsync(sender.Trigger(), stop.Token);
        await ArrivedAsync();

        stop.Cancel();
        Assert.False(trigger.IsCompleted);
        sender.Clock.Advance(TimeSpan.FromMilliseconds(800));

        var error = await trigger.FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);
        Assert.Contains("stopped", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trigger_that_is_answered_within_its_grace_counts()
    {
        var trigger = sender.StartAsync(sender.Trigger(), stop.Token);
        await ArrivedAsync();

        stop.Cancel();
        answer.SetResult(RawAnswer.Of(200, "\"run\""));

        Assert.Equal(200, (await trigger).StatusCode);
    }

    [Fact]
    public async Task A_trigger_that_fails_within_its_grace_has_an_unknown_outcome()
    {
        var trigger = sender.StartAsync(sender.Trigger(), stop.Token);
        await ArrivedAsync();

        stop.Cancel();
        answer.SetResult(RawAnswer.Of(500));

        await trigger.FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);
    }

    [Fact]
    public async Task A_trigger_that_is_put_off_within_its_grace_is_cancelled_and_not_sent_again()
    {
        var trigger = sender.StartAsync(sender.Trigger(), stop.Token);
        await ArrivedAsync();

        stop.Cancel();
        answer.SetResult(RawAnswer.Of(429));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trigger);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_read_in_flight_ends_at_once()
    {
        var read = sender.StartAsync(sender.Request(System.Net.Http.HttpMethod.Get, "/read"), stop.Token);
        await ArrivedAsync();

        stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    [Fact]
    public async Task A_trigger_that_was_not_sent_yet_is_cancelled_and_never_sent()
    {
        stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sender.StartAsync(sender.Trigger(), stop.Token));

        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_trigger_that_waits_to_be_sent_again_is_cancelled_and_never_sent()
    {
        answer.SetResult(RawAnswer.Of(429, "", "Retry-After: 60"));
        var trigger = sender.StartAsync(sender.Trigger(), stop.Token);
        await Tenant.UntilAsync(() =>
            Task.FromResult(sender.Told.VerboseLines.Any(l => l.StartsWith("Retrying", StringComparison.Ordinal)))
        );

        stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trigger);
        Assert.Single(server.Requests);
    }

    private Task ArrivedAsync() => Tenant.UntilAsync(() => Task.FromResult(server.Requests.Count == 1));
}
