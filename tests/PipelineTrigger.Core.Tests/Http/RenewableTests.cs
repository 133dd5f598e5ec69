using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Http;

public sealed class RenewableTests : IDisposable
{
    private readonly ManualClock clock = new();
    private readonly RecordingObserver observer = new();
    private readonly Renewable<string> token;
    private TaskCompletionSource<(string, TimeSpan)> renewal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int renewals;

    public RenewableTests() => token = new(clock, (_, cancellationToken) =>
        {
            Interlocked.Increment(ref renewals);
            return renewal.Task.WaitAsync(Timeout.InfiniteTimeSpan, clock, cancellationToken);
        });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => token.Dispose();

    [Fact]
    public async Task A_value_is_used_until_its_time_is_over()
    {
        Renew("one", minutes: 5);
        Assert.Equal("one", await GetAsync());
        Renew("two", minutes: 5);

        clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.Equal("one", await GetAsync());
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("two", await GetAsync());
    }

    [Fact]
    public async Task All_who_wait_share_one_renewal()
    {
        var callers = Enumerable.Range(0, 50).Select(_ => GetAsync()).ToArray();
        Renew("one", minutes: 5, inFlight: true);

        Assert.All(await Task.WhenAll(callers), value => Assert.Equal("one", value));
        Assert.Equal(1, renewals);
    }

    [Fact]
    public async Task All_whose_value_was_refused_share_one_renewal()
    {
        Renew("one", minutes: 5);
        var refused = await GetAsync();
        renewal = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var callers = Enumerable.Range(0, 50).Select(_ => GetAsync(refused)).ToArray();
        Renew("two", minutes: 5, inFlight: true);

        Assert.All(await Task.WhenAll(callers), value => Assert.Equal("two", value));
        Assert.Equal(2, renewals);
    }

    [Fact]
    public async Task One_who_comes_late_with_a_refused_value_gets_the_new_one()
    {
        Renew("one", minutes: 5);
        var refused = await GetAsync();
        Renew("two", minutes: 5);
        await GetAsync(refused);

        Assert.Equal("two", await GetAsync(refused));
        Assert.Equal(2, renewals);
    }

    [Fact]
    public async Task All_waiting_callers_share_a_failure_and_the_next_call_tries_again()
    {
        var callers = Enumerable.Range(0, 50).Select(_ => GetAsync()).ToArray();
        renewal.SetException(new PipelineException(PipelineErrorId.AuthenticationFailed, "no"));

        foreach (var caller in callers)
        {
            await caller.FailsAsync(PipelineErrorId.AuthenticationFailed);
        }

        Assert.Equal(1, renewals);
        Renew("one", minutes: 5);
        Assert.Equal("one", await GetAsync());
    }

    [Fact]
    public async Task One_who_gives_up_does_not_spoil_the_renewal_of_the_others()
    {
        using var impatient = new CancellationTokenSource();
        var first = GetAsync(cancellationToken: impatient.Token);
        var others = Enumerable.Range(0, 10).Select(_ => GetAsync()).ToArray();
        Renew("one", minutes: 5, inFlight: true, complete: false);
        impatient.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        renewal.SetResult(("one", TimeSpan.FromMinutes(5)));

        Assert.All(await Task.WhenAll(others), value => Assert.Equal("one", value));
    }

    private Task<string> GetAsync(string? refused = null, CancellationToken? cancellationToken = null) =>
        token.GetAsync(refused, observer, cancellationToken ?? Cancel);

    private void Renew(string value, int minutes, bool inFlight = false, bool complete = true)
    {
        if (!inFlight)
        {
            renewal = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        if (complete)
        {
            // A string of its own: values are told apart by reference.
            renewal.SetResult((new string(value.ToCharArray()), TimeSpan.FromMinutes(minutes)));
        }
    }
}
