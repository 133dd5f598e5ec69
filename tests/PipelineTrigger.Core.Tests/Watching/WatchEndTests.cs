using PipelineTrigger.Core.Operations;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Watching;

/// <summary>A wait ends when it must, and only then.</summary>
public sealed class WatchEndTests
{
    private readonly ManualClock clock = new();
    private readonly RecordingObserver told = new();
    private readonly ScriptedRuns source;
    private readonly DateTimeOffset began;

    public WatchEndTests() => (source, began) = (new(clock), clock.GetUtcNow());

    [Fact]
    public async Task A_run_given_twice_is_watched_once_and_returned_once()
    {
        using var operation = new RunOperation(new(), told, clock, TestContext.Current.CancellationToken);
        operation.Watch(source, source.Run("a", 0));
        operation.Watch(source, source.Run("a", 0));
        Assert.Equal(1, operation.Progress(9).Total);
        await clock.RunAsync(Emulation.Tenant.UntilAsync(() => Task.FromResult(told.Runs.Count == 1)));

        operation.Watch(source, source.Run("a", 0));
        await clock.RunAsync(operation.CompleteAsync());

        Assert.Equal("a", Assert.Single(told.Runs).RunId);
        Assert.Single(source.Looks);
    }

    [Fact]
    public async Task Two_triggers_of_one_run_are_waited_for_once()
    {
        source.OnTrigger = (_, _) => Task.FromResult(source.Run("a", 5));
        using var operation = new RunOperation(new() { Wait = true }, told, clock, TestContext.Current.CancellationToken);

        await operation.TriggerAsync(source, new Request("one"), IdempotencyOptions.Unkeyed, null);
        await operation.TriggerAsync(source, new Request("two"), IdempotencyOptions.Unkeyed, null);
        await clock.RunAsync(operation.CompleteAsync());

        Assert.Single(told.Runs);
    }

    [Theory]
    [InlineData(PipelineErrorId.InvalidInput)]
    [InlineData(PipelineErrorId.AccessDenied)]
    [InlineData(PipelineErrorId.RunNotFound)]
    public async Task A_run_that_breaks_a_batch_read_gets_its_own_error_and_the_wait_continues(string errorId)
    {
        source.OnReadMany = runs => _ = runs.Any(r => r.RunId == "bad") ? throw new PipelineException(errorId, "no") : runs;
        source.OnRead = (run, _) =>
            run.RunId == "bad" ? throw new PipelineException(errorId, "no") : ScriptedRuns.At(run, PipelineRunStatus.Running);

        await WatchAsync(source.Run("bad"), source.Run("b", 20), source.Run("c", 40));

        Assert.Equal(["b", "c"], told.Runs.Select(r => r.RunId));
        Assert.Equal((errorId, "bad"), (Assert.Single(told.Failures).Error.ErrorId, told.Failures[0].Error.Run?.RunId));
    }

    [Fact]
    public async Task A_permanent_refusal_during_a_wait_fails_only_the_runs_of_its_connection()
    {
        var revoked = new ScriptedRuns(clock, "revoked");
        void Refuse() =>
            _ =
                clock.GetUtcNow() - began > TimeSpan.FromSeconds(10)
                    ? throw new PipelineException(PipelineErrorId.AccessDenied, "revoked")
                    : 0;
        revoked.OnReadMany = _ => Refuse();
        revoked.OnRead = (run, _) =>
        {
            Refuse();
            return ScriptedRuns.At(run, PipelineRunStatus.Running);
        };
        using var operation = new RunOperation(new(), told, clock, TestContext.Current.CancellationToken);
        foreach (var id in new[] { "x", "y", "z" })
        {
            operation.Watch(revoked, revoked.Run(id));
        }

        operation.Watch(source, source.Run("a", 100));
        await clock.RunAsync(operation.CompleteAsync());

        Assert.Equal("a", Assert.Single(told.Runs).RunId);
        Assert.Equal(
            [("x", PipelineErrorId.AccessDenied), ("y", PipelineErrorId.AccessDenied), ("z", PipelineErrorId.AccessDenied)],
            told.Failures.Select(f => (f.Error.Run!.RunId, f.Error.ErrorId)).OrderBy(f => f)
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_defect_in_a_look_is_the_error_of_its_run_and_the_others_are_waited_for(bool batched)
    {
        source.OnReadMany = batched
            ? static runs => _ = runs.Any(r => r.RunId == "a") ? throw new InvalidOperationException("odd") : runs
            : null;
        source.OnRead = static (run, _) =>
            run.RunId == "a" ? throw new InvalidOperationException("odd") : ScriptedRuns.At(run, PipelineRunStatus.Running);

        await WatchAsync(source.Run("a"), source.Run("b", 30));

        Assert.Equal("b", Assert.Single(told.Runs).RunId);
        Assert.Contains("InvalidOperationException: odd", Assert.Single(told.Failures).Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 20)]
    [InlineData(true, 20)]
    public async Task Runs_never_read_get_three_looks_at_a_place_that_is_no_vendor_and_then_its_error(bool batched, int runs)
    {
        source.OnReadMany = batched ? static _ => throw Page() : null;
        source.OnRead = static (_, _) => throw Page();

        await WatchAsync([.. Enumerable.Range(0, runs).Select(i => source.Run($"{i}"))]);

        Assert.Equal(runs, told.Failures.Select(f => f.Error.Run?.RunId).Distinct().Count());
        Assert.All(told.Failures, f => Assert.Equal((PipelineErrorId.InvalidResponse, "A web page."), (f.Error.ErrorId, f.Error.Message)));
        Assert.InRange(clock.GetUtcNow() - began, TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_run_never_read_fails_after_two_minutes_of_such_answers_at_any_poll_interval()
    {
        source.OnRead = static (_, _) => throw Page();

        await WatchAsync(OperationOptions.Create(pollIntervalSec: 150), source.Run("a"));

        Assert.Single(told.Failures);
        Assert.Equal([0, 150], source.Looks.Select(l => l.At.TotalSeconds));
    }

    [Fact]
    public async Task A_run_never_read_survives_two_such_answers()
    {
        source.OnRead = (run, _) => source.Looks.Count <= 2 ? throw Page() : ScriptedRuns.At(run, PipelineRunStatus.Succeeded);

        await WatchAsync(source.Run("a"));

        Assert.Single(told.Runs);
        Assert.Empty(told.Failures);
    }

    [Fact]
    public async Task A_run_that_was_read_before_survives_them_for_hours()
    {
        source.OnRead = static (run, at) => at.TotalHours is > 0.5 and < 5 ? throw Page() : ScriptedRuns.At(run, PipelineRunStatus.Running);

        await WatchAsync(source.Run("a", 6 * 3600));

        Assert.Single(told.Runs);
        Assert.Empty(told.Failures);
        Assert.Equal(2, told.Warnings.Count);
    }

    [Fact]
    public async Task A_run_that_was_triggered_a_moment_ago_counts_as_read()
    {
        source.OnTrigger = (_, _) => Task.FromResult(source.Run("a", 3600));
        source.OnRead = static (_, _) => throw Page();
        using var operation = new RunOperation(new() { Wait = true }, told, clock, TestContext.Current.CancellationToken);

        await operation.TriggerAsync(source, new Request("a"), IdempotencyOptions.Unkeyed, null);
        await clock.RunAsync(operation.CompleteAsync());

        Assert.Single(told.Runs);
        Assert.Empty(told.Failures);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_run_that_vanished_is_believed_after_two_looks_an_interval_apart(int emptyAnswers)
    {
        var empty = 0;
        source.OnRead = (run, at) =>
            at.TotalSeconds > 30 && empty < emptyAnswers && ++empty > 0
                ? throw new PipelineException(PipelineErrorId.RunNotFound, "no such run")
                : ScriptedRuns.At(run, PipelineRunStatus.Running);

        await WatchAsync(OperationOptions.Create(pollIntervalSec: 20), source.Run("a", 120));

        Assert.Equal(emptyAnswers == 1 ? ["a"] : [], told.Runs.Select(r => r.RunId));
        Assert.Equal(emptyAnswers == 2 ? [PipelineErrorId.RunNotFound] : [], told.Failures.Select(f => f.Error.ErrorId));
        Assert.Equal(emptyAnswers == 2 ? 60 : 120, source.Looks[source.Looks.Count - 1].At.TotalSeconds);
    }

    [Fact]
    public async Task A_run_that_was_never_read_and_does_not_exist_is_an_error_at_once()
    {
        source.OnRead = static (_, _) => throw new PipelineException(PipelineErrorId.RunNotFound, "no such run");

        await WatchAsync(source.Run("a"));

        Assert.Single(source.Looks);
    }

    [Fact]
    public async Task A_vendor_that_asks_for_fifty_days_is_asked_again_every_quarter_of_an_hour()
    {
        source.OnRead = static (run, at) =>
            at.TotalMinutes < 50
                ? throw new PipelineException(PipelineErrorId.RateLimited, "Later.") { RetryAfter = TimeSpan.FromDays(50) }
                : ScriptedRuns.At(run, PipelineRunStatus.Succeeded);

        await WatchAsync(source.Run("a"));

        Assert.Single(told.Runs);
        Assert.Empty(told.Failures);
        Assert.Equal([0, 15, 30, 45, 60], source.Looks.Select(l => Math.Round(l.At.TotalMinutes)));
        Assert.Contains("still checked every 15 minutes", told.Warnings[0], StringComparison.Ordinal);
    }

    private static PipelineException Page() => new(PipelineErrorId.InvalidResponse, "A web page.");

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

    private sealed record Request(string Target) : TriggerRequest(Target)
    {
        public override IReadOnlyDictionary<string, object?> Values => new Dictionary<string, object?> { [nameof(Target)] = Target };
    }
}
