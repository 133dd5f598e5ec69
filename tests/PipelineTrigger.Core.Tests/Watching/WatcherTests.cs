using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Watching;

namespace PipelineTrigger.Core.Tests.Watching;

/// <summary>The watch itself, without the operation around it.</summary>
public sealed class WatcherTests : IDisposable
{
    private readonly ManualClock clock = new();
    private readonly RecordingObserver told = new();
    private readonly CancellationTokenSource stop = new();
    private readonly ScriptedRuns source;

    public WatcherTests() => source = new(clock);

    public void Dispose() => stop.Dispose();

    [Fact]
    public async Task A_watch_without_runs_is_complete_at_once()
    {
        using var watcher = Watcher();

        await watcher.CompleteAsync();

        Assert.Equal((0, 0), (watcher.Progress(9).Total, watcher.Progress(9).Finished));
    }

    [Fact]
    public async Task A_run_is_added_once_for_each_connection()
    {
        using var watcher = Watcher();
        var other = new ScriptedRuns(clock, "other");

        Assert.True(watcher.Add(source, source.Run("a", 0)));
        Assert.False(watcher.Add(source, source.Run("a", 0)));
        Assert.True(watcher.Add(other, other.Run("a", 0)));
        await CompleteAsync(watcher);

        Assert.Equal((1, 1), (source.Looks.Count, other.Looks.Count));
        Assert.Equal(2, told.Runs.Count);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 3)]
    public async Task A_run_is_read_at_once_unless_it_was_just_triggered(bool isNew, double seconds)
    {
        using var watcher = Watcher(OperationOptions.Create(pollIntervalSec: 3));

        watcher.Add(source, source.Run("a", 0), isNew);
        await CompleteAsync(watcher);

        Assert.Equal(TimeSpan.FromSeconds(seconds), Assert.Single(source.Looks).At);
    }

    [Fact]
    public async Task A_run_can_be_added_while_others_are_watched()
    {
        using var watcher = Watcher(OperationOptions.Create(pollIntervalSec: 5));
        watcher.Add(source, source.Run("a", 12));
        source.OnRead = (run, at) =>
        {
            if (at >= TimeSpan.FromSeconds(5))
            {
                watcher.Add(source, source.Run("b", 20));
            }

            return ScriptedRuns.At(run, PipelineRunStatus.Running);
        };

        await CompleteAsync(watcher);

        Assert.Equal(["a", "b"], told.Runs.Select(run => run.RunId));
    }

    [Fact]
    public async Task A_watch_of_any_run_ends_with_the_first_and_reports_it_alone()
    {
        using var watcher = Watcher(OperationOptions.Create(pollIntervalSec: 5) with { Any = true });
        watcher.Add(source, source.Run("a", 30));
        watcher.Add(source, source.Run("b", 9, PipelineRunStatus.Failed));

        await CompleteAsync(watcher);

        Assert.Equal("b", Assert.Single(told.Runs).RunId);
        Assert.Equal(PipelineErrorId.RunFailed, Assert.Single(told.Failures).Error.ErrorId);
        Assert.Equal("a", Assert.Single(watcher.GoingOn()).Run.RunId);
    }

    [Fact]
    public async Task Progress_counts_runs_that_have_ended_and_runs_that_have_failed()
    {
        source.OnRead = static (run, _) => throw new PipelineException(PipelineErrorId.InvalidInput, $"'{run.RunId}' is no id.");
        using var watcher = Watcher();
        watcher.Add(source, source.Run("a", 0));
        watcher.Add(source, source.Run("b", 0, PipelineRunStatus.Failed));
        watcher.Add(source, new PipelineRun { RunId = "c" });

        await CompleteAsync(watcher);

        var progress = watcher.Progress(9);
        Assert.Equal((3, 3, 0), (progress.Total, progress.Finished, progress.GoingOn.Count));
    }

    [Fact]
    public async Task After_a_stop_the_unfinished_runs_are_named_with_their_connections()
    {
        using var watcher = Watcher();
        var other = new ScriptedRuns(clock, "other");
        watcher.Add(source, source.Run("a"));
        watcher.Add(other, other.Run("b"));

        stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(watcher.CompleteAsync);
        await watcher.SettleAsync();
        var stillRunning = watcher.GoingOn().Select(entry => (entry.Source.Name, entry.Run.RunId)).OrderBy(seen => seen);
        Assert.Equal([("nightly", "a"), ("other", "b")], stillRunning);
        Assert.Equal("a", Assert.Single(watcher.Progress(1).GoingOn).RunId);
        Assert.Empty(told.Failures);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 0)]
    public async Task An_interval_below_the_vendors_pace_is_one_warning_for_each_connection(int interval, int warnings)
    {
        using var watcher = Watcher(OperationOptions.Create(pollIntervalSec: interval));
        watcher.Add(source, source.Run("a", 0));
        watcher.Add(source, source.Run("b", 0));

        await CompleteAsync(watcher);

        Assert.Equal(warnings, told.Warnings.Count);
    }

    [Fact]
    public async Task A_defect_on_one_connection_leaves_the_others_alone()
    {
        var other = new ScriptedRuns(clock, "other") { OnRead = static (_, _) => throw new InvalidOperationException("defect") };
        using var watcher = Watcher();
        watcher.Add(source, source.Run("a", 4));
        watcher.Add(other, other.Run("b"));

        await CompleteAsync(watcher);

        Assert.Equal("a", Assert.Single(told.Runs).RunId);
        Assert.Contains("InvalidOperationException", Assert.Single(told.Failures).Error.Message, StringComparison.Ordinal);
    }

    private Watcher Watcher(OperationOptions? options = null) => new(options ?? OperationOptions.Create(), told, clock, stop.Token);

    private Task CompleteAsync(Watcher watcher) => clock.RunAsync(watcher.CompleteAsync());
}
