using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Watching;

namespace PipelineTrigger.Core.Tests.Watching;

/// <summary>One round of a watch, without the loop around it.</summary>
public sealed class WatchRoundTests
{
    private readonly ManualClock clock = new();
    private readonly RecordingObserver told = new();
    private readonly ScriptedRuns source;
    private int draws;
    private bool isRandom;

    public WatchRoundTests() => source = new(clock);

    [Fact]
    public async Task Runs_that_are_due_together_are_read_in_one_batch()
    {
        List<string[]> batches = [];
        source.OnReadMany = known => batches.Add([.. known.Select(run => run.RunId)]);

        await ReadAsync(Watched("a"), Watched("b"), Watched("c"));

        Assert.Equal(["a", "b", "c"], Assert.Single(batches));
    }

    [Fact]
    public async Task One_run_is_read_without_a_batch()
    {
        var batches = 0;
        source.OnReadMany = _ => batches++;

        await ReadAsync(Watched("a"));

        Assert.Equal((0, 1), (batches, source.Looks.Count));
    }

    [Fact]
    public async Task Runs_of_a_batch_share_one_jitter_and_are_due_together_again()
    {
        source.OnReadMany = static _ => { };
        isRandom = true;
        var (a, b) = (Watched("a"), Watched("b"));

        await ReadAsync(a, b);

        Assert.Equal(a.Due, b.Due);
        Assert.True(a.Due > clock.GetTimestamp());
    }

    [Fact]
    public async Task Runs_read_one_by_one_each_have_their_own_jitter()
    {
        source.OnReadMany = static _ => throw new PipelineException(PipelineErrorId.InvalidInput, "The batch is refused.");
        isRandom = true;
        var (a, b) = (Watched("a"), Watched("b"));

        await ReadAsync(a, b);

        Assert.NotEqual(a.Due, b.Due);
    }

    [Fact]
    public async Task A_batch_that_fails_for_one_run_is_read_one_by_one()
    {
        source.OnReadMany = static _ => throw new PipelineException(PipelineErrorId.InvalidInput, "One id is no id.");
        source.OnRead = static (run, _) =>
            run.RunId == "b" ? throw new PipelineException(PipelineErrorId.InvalidInput, "'b' is no id.") : run;
        var (a, b) = (Watched("a"), Watched("b"));

        await ReadAsync(a, b);

        Assert.Equal(["a", "b"], source.Looks.Select(read => read.RunId).OrderBy(id => id, StringComparer.Ordinal));
        Assert.Equal((false, true), (a.IsDone, b.IsDone));
        Assert.Equal("b", Assert.IsType<PipelineRun>(Assert.Single(told.Failures).Target).RunId);
    }

    [Fact]
    public async Task Reads_one_by_one_are_a_tenth_of_a_second_apart()
    {
        var began = clock.GetUtcNow();

        await ReadAsync([.. Enumerable.Range(0, 5).Select(i => Watched($"{i}"))]);

        Assert.Equal((5, 400), (source.Looks.Count, (clock.GetUtcNow() - began).TotalMilliseconds));
    }

    [Fact]
    public async Task A_run_that_has_ended_is_returned_and_is_done()
    {
        var run = Watched("a", 0);

        await ReadAsync(run);

        Assert.True(run.IsDone);
        Assert.Equal(PipelineRunStatus.Succeeded, Assert.Single(told.Runs).Status);
        Assert.Empty(told.Failures);
    }

    [Fact]
    public async Task A_run_that_has_failed_is_returned_and_then_reported()
    {
        await ReadAsync(Watched("a", 0, PipelineRunStatus.Failed));

        Assert.Single(told.Runs);
        Assert.Equal(PipelineErrorId.RunFailed, Assert.Single(told.Failures).Error.ErrorId);
    }

    [Theory]
    [InlineData(null, 3)]
    [InlineData(2, 3)]
    [InlineData(60, 60)]
    public async Task An_outage_returns_the_pause_for_all_runs(int? retryAfter, int pause)
    {
        source.OnReadMany = _ => throw Outage(retryAfter);
        var (a, b) = (Watched("a"), Watched("b"));

        Assert.Equal(TimeSpan.FromSeconds(pause), await ReadAsync(a, b));

        Assert.Equal((true, true), (a.IsInOutage, b.IsInOutage));
        Assert.Empty(source.Looks);
        Assert.Single(told.Warnings);
    }

    [Fact]
    public async Task During_an_outage_a_round_of_single_reads_ends_with_the_first()
    {
        source.OnRead = static (_, _) => throw Outage(null);
        WatchedRun[] runs = [Watched("a"), Watched("b"), Watched("c")];
        var round = Round();
        await ReadAsync(round, runs);
        var before = source.Looks.Count;

        Assert.NotNull(await ReadAsync(round, runs));

        Assert.Equal(1, source.Looks.Count - before);
        Assert.Empty(told.Failures);
    }

    [Fact]
    public async Task The_end_of_an_outage_is_told_when_every_run_was_read_again()
    {
        var away = true;
        source.OnReadMany = _ =>
        {
            if (away)
            {
                throw Outage(null);
            }
        };
        WatchedRun[] runs = [Watched("a"), Watched("b")];
        var round = Round();
        await ReadAsync(round, runs);
        away = false;

        Assert.Null(await ReadAsync(round, runs));

        Assert.Equal(2, told.Warnings.Count);
        Assert.Contains("answers again", told.Warnings[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 4)]
    public async Task A_run_fails_after_three_unusable_answers_unless_it_was_read_before(bool wasRead, int rounds)
    {
        source.OnRead = static (_, _) => throw new PipelineException(PipelineErrorId.InvalidResponse, "<html>");
        var run = Watched("a");
        run.WasRead = wasRead;
        var round = Round();

        for (var i = 1; i < rounds; i++)
        {
            await ReadAsync(round, run);
            Assert.False(run.IsDone);
        }

        await ReadAsync(round, run);
        Assert.Equal(!wasRead, run.IsDone);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task A_run_that_is_not_found_fails_at_once_unless_it_was_read_before(bool wasRead, int rounds)
    {
        source.OnRead = static (_, _) => throw new PipelineException(PipelineErrorId.RunNotFound, "There is no such run.");
        var run = Watched("a");
        run.WasRead = wasRead;
        var round = Round();

        for (var i = 1; i < rounds; i++)
        {
            await ReadAsync(round, run);
            Assert.False(run.IsDone);
        }

        await ReadAsync(round, run);
        Assert.True(run.IsDone);
        Assert.Equal(PipelineErrorId.RunNotFound, Assert.Single(told.Failures).Error.ErrorId);
    }

    [Fact]
    public async Task A_fresh_run_that_is_not_found_is_read_again_later()
    {
        source.FreshFor = TimeSpan.FromHours(1);
        source.OnRead = static (_, _) => throw new PipelineException(PipelineErrorId.RunNotFound, "There is no such run.");
        var run = Watched("a");
        var round = Round();

        await ReadAsync(round, run);
        await ReadAsync(round, run);

        Assert.False(run.IsDone);
        Assert.Empty(told.Failures);
        Assert.True(run.Due > clock.GetTimestamp());
    }

    [Fact]
    public async Task An_unknown_status_is_told_once_and_is_no_end()
    {
        source.OnRead = static (run, _) => ScriptedRuns.At(run, PipelineRunStatus.Unknown);
        var run = Watched("a");
        var round = Round();

        await ReadAsync(round, run);
        await ReadAsync(round, run);

        Assert.False(run.IsDone);
        Assert.Contains("so the wait continues", Assert.Single(told.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_round_reports_nothing()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Round().ReadAsync([Watched("a")], 1, stop.Token));

        Assert.Empty(source.Looks);
        Assert.Empty(told.Failures);
    }

    private static PipelineException Outage(int? retryAfter) =>
        new(PipelineErrorId.VendorUnavailable, "The vendor is away.")
        {
            RetryAfter = retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };

    private WatchedRun Watched(string id, double endsAfter = double.MaxValue, string status = PipelineRunStatus.Succeeded) =>
        new(source.Run(id, endsAfter, status));

    private double NextJitter() => isRandom ? draws++ / 10.0 : 0;

    private WatchRound Round() => new(source, new DelayStrategy(source.Pace, null, NextJitter), clock, told);

    private Task<TimeSpan?> ReadAsync(params WatchedRun[] runs) => ReadAsync(Round(), runs);

    private Task<TimeSpan?> ReadAsync(WatchRound round, params WatchedRun[] runs) =>
        clock.RunAsync(round.ReadAsync([.. runs], runs.Length, TestContext.Current.CancellationToken));
}
