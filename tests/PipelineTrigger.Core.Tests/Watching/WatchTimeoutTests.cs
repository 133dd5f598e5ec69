using PipelineTrigger.Core.Operations;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Doubles;

namespace PipelineTrigger.Core.Tests.Watching;

public sealed class WatchTimeoutTests
{
    private readonly ManualClock clock = new();
    private readonly RecordingObserver told = new();
    private readonly ScriptedRuns source;

    public WatchTimeoutTests() => source = new(clock);

    [Fact]
    public async Task A_run_still_running_after_the_time_is_an_error_and_the_others_are_returned()
    {
        await WatchAsync(OperationOptions.Create(timeoutSec: 60), source.Run("a", 30), source.Run("b"), source.Run("c", 61));

        Assert.Equal("a", Assert.Single(told.Runs).RunId);
        Assert.Equal(
            [("b", PipelineErrorId.WaitTimedOut), ("c", PipelineErrorId.WaitTimedOut)],
            told.Failures.Select(f => (f.Error.Run!.RunId, f.Error.ErrorId)).OrderBy(f => f)
        );
        Assert.All(told.Failures, f =>
            Assert.Contains(
                "did not end within 60 s; its last known status is Running. It continues at the vendor",
                f.Error.Message,
                StringComparison.Ordinal
            )
        );
    }

    [Fact]
    public async Task A_wait_without_a_limit_outlasts_a_day()
    {
        await WatchAsync(OperationOptions.Create(pollIntervalSec: 1800), source.Run("a", 86_401));

        Assert.Single(told.Runs);
    }

    [Fact]
    public async Task A_run_stopped_when_the_time_is_up_is_returned_cancelled_and_told_so()
    {
        await WatchAsync(OperationOptions.Create(timeoutSec: 60) with { StopOnTimeout = true }, source.Run("a"));

        Assert.Equal(PipelineRunStatus.Cancelled, Assert.Single(told.Runs).Status);
        var error = Assert.Single(told.Failures).Error;
        Assert.Equal(PipelineErrorId.WaitTimedOut, error.ErrorId);
        Assert.Contains("cancelled it, as -StopOnTimeout requested", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_ended_just_before_it_was_stopped_is_returned_as_it_ended()
    {
        source.OnStop = static run =>
            throw new PipelineException(PipelineErrorId.StopTooLate, "It had already ended.")
            {
                Run = ScriptedRuns.At(run, PipelineRunStatus.Succeeded),
            };

        await WatchAsync(OperationOptions.Create(timeoutSec: 60) with { StopOnTimeout = true }, source.Run("a"));

        Assert.Equal(PipelineRunStatus.Succeeded, Assert.Single(told.Runs).Status);
    }

    [Fact]
    public async Task A_run_that_cannot_be_stopped_is_told_as_going_on()
    {
        source.OnStop = static _ => throw new PipelineException(PipelineErrorId.StopNotSupported, "There is no way.");

        await WatchAsync(OperationOptions.Create(timeoutSec: 60) with { StopOnTimeout = true }, source.Run("a"), source.Run("b"));

        Assert.Empty(told.Runs);
        Assert.Equal(2, told.Failures.Count);
        Assert.All(told.Failures, f =>
            Assert.Contains("It could not be stopped: There is no way.", f.Error.Message, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_wait_survives_any_outage_shorter_than_its_own_time()
    {
        source.OnRead = static (run, at) =>
            at < TimeSpan.FromSeconds(3500)
                ? throw new PipelineException(PipelineErrorId.VendorUnavailable, "Away.")
                : ScriptedRuns.At(run, PipelineRunStatus.Succeeded);

        await WatchAsync(OperationOptions.Create(timeoutSec: 3600), source.Run("a"));

        Assert.Equal(PipelineRunStatus.Succeeded, Assert.Single(told.Runs).Status);
        Assert.Empty(told.Failures);
    }

    [Fact]
    public async Task With_Any_a_run_that_cannot_be_read_does_not_hide_the_timeout()
    {
        source.OnRead = static (run, _) =>
            run.RunId == "bad"
                ? throw new PipelineException(PipelineErrorId.RunNotFound, "no such run")
                : ScriptedRuns.At(run, PipelineRunStatus.Running);

        await WatchAsync(
            OperationOptions.Create(timeoutSec: 60) with
            {
                Any = true,
                StopOnTimeout = true,
            },
            source.Run("bad"),
            source.Run("a")
        );

        Assert.Equal([PipelineErrorId.RunNotFound, PipelineErrorId.WaitTimedOut], told.Failures.Select(f => f.Error.ErrorId));
        Assert.Equal(("a", PipelineRunStatus.Cancelled), (Assert.Single(told.Runs).RunId, told.Runs[0].Status));
    }

    [Fact]
    public async Task An_unconfirmed_cancellation_delays_the_end_of_a_wait_by_at_most_half_a_minute()
    {
        source.OnStopAsync = static (_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);
        var began = clock.GetUtcNow();

        await WatchAsync(OperationOptions.Create(timeoutSec: 60) with { StopOnTimeout = true }, source.Run("a"));

        Assert.Contains(
            "did not confirm the cancellation within 30 s",
            Assert.Single(told.Failures).Error.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(90, (clock.GetUtcNow() - began).TotalSeconds, 1);
    }

    [Fact]
    public async Task A_defect_in_a_cancellation_still_tells_that_the_time_is_up()
    {
        source.OnStop = static _ => throw new InvalidOperationException("odd");

        await WatchAsync(
            OperationOptions.Create(timeoutSec: 60, throttleLimit: 1) with
            {
                StopOnTimeout = true,
            },
            source.Run("a"),
            source.Run("b")
        );

        Assert.Equal(["a", "b"], told.Failures.Select(f => f.Error.Run!.RunId).OrderBy(id => id));
    }

    private async Task WatchAsync(OperationOptions options, params PipelineRun[] runs)
    {
        using var operation = new RunOperation(options, told, clock, TestContext.Current.CancellationToken);
        foreach (var run in runs)
        {
            operation.Watch(source, run);
        }

        await clock.RunAsync(operation.CompleteAsync());
    }
}
