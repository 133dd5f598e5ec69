using PipelineTrigger.Core.Operations;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Watching;

public sealed class WatchTests
{
    private readonly ManualClock clock = new();
    private readonly RecordingObserver told = new();
    private readonly ScriptedRuns source;

    public WatchTests() => source = new(clock);

    [Fact]
    public async Task All_runs_are_returned_each_when_it_has_ended()
    {
        await WatchAsync(source.Run("a", 50), source.Run("b", 5), source.Run("c", 20));

        Assert.Equal(["b", "c", "a"], told.Runs.Select(r => r.RunId));
        Assert.All(told.Runs, r => Assert.Equal(PipelineRunStatus.Succeeded, r.Status));
        Assert.Empty(told.Failures);
    }

    [Theory]
    [InlineData(PipelineRunStatus.Failed)]
    [InlineData(PipelineRunStatus.Cancelled)]
    [InlineData(PipelineRunStatus.TimedOut)]
    [InlineData(PipelineRunStatus.Skipped)]
    public async Task A_failed_run_is_returned_and_raises_an_error_and_the_wait_for_others_continues(string status)
    {
        await WatchAsync(
            OperationOptions.Create(pollIntervalSec: 5),
            source.Run("a", 1, status),
            source.Run("b", 10),
            source.Run("c", 20),
            source.Run("d", 30),
            source.Run("e", 40)
        );

        Assert.Equal(["a", "b", "c", "d", "e"], told.Runs.Select(r => r.RunId));
        var (error, target) = Assert.Single(told.Failures);
        Assert.Equal((PipelineErrorId.RunFailed, "a", status), (error.ErrorId, error.Run?.RunId, error.Run?.Status));
        Assert.Same(told.Runs[0], target);
    }

    [Theory]
    [InlineData(PipelineRunStatus.Succeeded)]
    [InlineData(PipelineRunStatus.SucceededWithWarnings)]
    public async Task A_run_that_ends_well_is_no_error(string status)
    {
        await WatchAsync(source.Run("a", 1, status));

        Assert.Equal(status, Assert.Single(told.Runs).Status);
        Assert.Empty(told.Failures);
    }

    [Fact]
    public async Task A_run_that_we_stopped_ourselves_is_no_error()
    {
        var run = source.Run("a", 1, PipelineRunStatus.Cancelled);
        await source.StopAsync(run, told, TestContext.Current.CancellationToken);

        await WatchAsync(run);

        Assert.Single(told.Runs);
        Assert.Empty(told.Failures);
    }

    [Fact]
    public async Task A_run_that_has_ended_before_is_looked_at_once()
    {
        await WatchAsync(source.Run("a", 0));

        Assert.Single(source.Looks);
    }

    [Fact]
    public async Task Runs_are_looked_at_once_at_the_start_and_then_at_the_callers_interval()
    {
        await WatchAsync(OperationOptions.Create(pollIntervalSec: 7), source.Run("a", 20));

        Assert.Equal([0, 7, 14, 21], source.Looks.Select(l => l.At.TotalSeconds));
    }

    [Fact]
    public async Task Runs_are_looked_at_at_the_vendors_pace_which_slows_down()
    {
        await WatchAsync(source.Run("a", 60));

        var pauses = source.Looks.Zip(source.Looks.Skip(1), (one, next) => (next.At - one.At).TotalSeconds).ToList();
        double[] paces = [3, 4.5, 6.75, 10.125, 15];
        Assert.All(pauses.Take(5).Zip(paces, (pause, pace) => (pause, pace)), p => Assert.InRange(p.pause, p.pace, p.pace * 1.1));
        Assert.All(pauses.Skip(5), pause => Assert.InRange(pause, 15, 16.5));
    }

    [Fact]
    public async Task An_interval_below_the_vendors_pace_is_kept_with_one_warning()
    {
        await WatchAsync(OperationOptions.Create(pollIntervalSec: 1), source.Run("a", 5), source.Run("b", 5));

        Assert.Contains("-PollIntervalSec 1 is below the 3 s", Assert.Single(told.Warnings), StringComparison.Ordinal);
        var looks = source.Looks.Where(l => l.RunId == "a").Select(l => l.At.TotalSeconds).ToList();
        Assert.Equal((0, 5), (looks[0], looks[looks.Count - 1]));
        Assert.All(looks.Skip(1).Zip(looks, (next, look) => next - look), gap => Assert.InRange(gap, 1, 2));
    }

    [Fact]
    public async Task A_status_never_seen_before_is_told_once_for_a_run_and_waited_on()
    {
        source.OnRead = static (run, _) => ScriptedRuns.At(run, PipelineRunStatus.Unknown);

        await WatchAsync(source.Run("a", 100), source.Run("b", 100));

        Assert.Equal(2, told.Runs.Count);
        Assert.Equal(2, told.Warnings.Count);
        Assert.All(told.Warnings, w =>
            Assert.Contains("has the status 'unknown', which this version does not know", w, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task One_run_that_ends_is_enough_where_any_was_asked_for()
    {
        await WatchAsync(new OperationOptions { Any = true }, source.Run("a"), source.Run("b", 10), source.Run("c", 30));

        Assert.Equal("b", Assert.Single(told.Runs).RunId);
    }

    [Fact]
    public async Task One_run_that_ends_badly_is_enough_too_and_is_an_error()
    {
        await WatchAsync(
            new OperationOptions { Any = true },
            source.Run("a"),
            source.Run("b", 10, PipelineRunStatus.Failed),
            source.Run("c", 10, PipelineRunStatus.Failed)
        );

        Assert.Same(Assert.Single(told.Runs), Assert.Single(told.Failures).Error.Run);
    }

    [Fact]
    public async Task Progress_tells_how_many_have_ended_and_some_of_those_that_go_on()
    {
        using var operation = new RunOperation(new(), told, clock, TestContext.Current.CancellationToken);
        operation.Watch(source, source.Run("a", 0));
        operation.Watch(source, source.Run("b", 100));
        operation.Watch(source, source.Run("c", 100));
        await clock.RunAsync(Tenant.UntilAsync(() => Task.FromResult(source.Looks.Count >= 3 && told.Runs.Count == 1)));

        var progress = operation.Progress(1);

        Assert.Equal((3, 1), (progress.Total, progress.Finished));
        Assert.Equal("b", Assert.Single(progress.GoingOn).RunId);
        await clock.RunAsync(operation.CompleteAsync());
        Assert.Equal((3, 3, 0), (operation.Progress(9).Total, operation.Progress(9).Finished, operation.Progress(9).GoingOn.Count));
    }

    [Fact]
    public async Task A_run_not_found_while_it_is_fresh_is_awaited()
    {
        source.FreshFor = TimeSpan.FromSeconds(60);
        source.OnRead = static (run, at) =>
            at < TimeSpan.FromSeconds(40) ? throw NotFound() : ScriptedRuns.At(run, PipelineRunStatus.Running);

        await WatchAsync(source.Run("a", 90));

        Assert.Single(told.Runs);
        Assert.Empty(told.Failures);
        Assert.Empty(told.Warnings);
    }

    [Fact]
    public async Task A_run_not_found_when_it_is_fresh_no_more_is_an_error_and_the_others_go_on()
    {
        source.FreshFor = TimeSpan.FromSeconds(60);
        source.OnRead = static (run, _) => run.RunId == "a" ? throw NotFound() : ScriptedRuns.At(run, PipelineRunStatus.Running);

        await WatchAsync(source.Run("a"), source.Run("b", 200));

        Assert.Equal("b", Assert.Single(told.Runs).RunId);
        Assert.Equal((PipelineErrorId.RunNotFound, "a"), (Assert.Single(told.Failures).Error.ErrorId, told.Failures[0].Error.Run?.RunId));
        Assert.InRange(source.Looks.Last(l => l.RunId == "a").At.TotalSeconds, 60, 80);
    }

    [Theory]
    [InlineData(PipelineErrorId.AuthenticationFailed)]
    [InlineData(PipelineErrorId.AccessDenied)]
    [InlineData(PipelineErrorId.InvalidInput)]
    public async Task An_error_that_does_not_pass_ends_the_runs_it_meets(string errorId)
    {
        source.OnRead = (_, _) => throw new PipelineException(errorId, "no");

        await WatchAsync(source.Run("a"), source.Run("b"));

        Assert.Equal([("a", errorId), ("b", errorId)], told.Failures.Select(f => (f.Error.Run!.RunId, f.Error.ErrorId)).OrderBy(f => f));
        Assert.Equal(2, source.Looks.Count);
    }

    [Fact]
    public async Task Runs_of_several_connections_are_watched_apart()
    {
        var other = new ScriptedRuns(clock, "hourly")
        {
            OnRead = static (_, _) => throw new PipelineException(PipelineErrorId.AuthenticationFailed, "no"),
        };
        using var operation = new RunOperation(new(), told, clock, TestContext.Current.CancellationToken);
        operation.Watch(other, other.Run("x"));
        operation.Watch(source, source.Run("a", 30));

        await clock.RunAsync(operation.CompleteAsync());

        Assert.Equal("a", Assert.Single(told.Runs).RunId);
        Assert.Equal("x", Assert.Single(told.Failures).Error.Run?.RunId);
    }

    private static PipelineException NotFound() => new(PipelineErrorId.RunNotFound, "no such run");

    private Task WatchAsync(params PipelineRun[] runs) => WatchAsync(new OperationOptions(), runs);

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
