using PipelineTrigger.Core.Operations;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Operations;

public sealed class RunOperationTests : IDisposable
{
    private readonly ManualClock clock = new();
    private readonly RecordingObserver told = new();
    private readonly CancellationTokenSource stop = new();
    private readonly ScriptedRuns source;

    public RunOperationTests() => source = new(clock);

    public void Dispose() => stop.Dispose();

    [Fact]
    public async Task A_run_is_reported_as_soon_as_it_was_triggered()
    {
        using var operation = Operation();

        await operation.TriggerAsync(source, new Request("a"), IdempotencyOptions.Unkeyed, null);
        await clock.RunAsync(operation.CompleteAsync());

        Assert.Equal("a", Assert.Single(told.Runs).RunId);
        Assert.Empty(source.Looks);
    }

    [Fact]
    public async Task A_run_that_is_waited_for_is_reported_when_it_has_ended()
    {
        source.Run("a", endsAfter: 10);
        using var operation = Operation(new OperationOptions { Wait = true });

        await operation.TriggerAsync(source, new Request("a"), IdempotencyOptions.Unkeyed, null);
        await clock.RunAsync(operation.CompleteAsync());

        Assert.Equal(("a", PipelineRunStatus.Succeeded), (Assert.Single(told.Runs).RunId, told.Runs[0].Status));
    }

    [Fact]
    public async Task A_trigger_that_fails_is_reported_with_its_input_and_the_others_go_on()
    {
        source.OnTrigger = static (request, _) =>
            request.Target == "b"
                ? throw new PipelineException(PipelineErrorId.TriggerRejected, "no")
                : Task.FromResult(new PipelineRun { RunId = request.Target });
        using var operation = Operation();

        foreach (var name in new[] { "a", "b", "c" })
        {
            await operation.TriggerAsync(source, new Request(name), IdempotencyOptions.Unkeyed, $"row {name}");
        }

        await clock.RunAsync(operation.CompleteAsync());

        Assert.Equal(["a", "c"], told.Runs.Select(r => r.RunId).OrderBy(id => id));
        Assert.Equal((PipelineErrorId.TriggerRejected, "row b"), (Assert.Single(told.Failures).Error.ErrorId, told.Failures[0].Target));
    }

    [Fact]
    public async Task A_defect_is_reported_by_its_name_and_the_others_go_on()
    {
        source.OnTrigger = static (request, _) =>
            request.Target == "a"
                ? throw new InvalidOperationException("odd")
                : Task.FromResult(new PipelineRun { RunId = request.Target });
        using var operation = Operation();

        await operation.TriggerAsync(source, new Request("a"), IdempotencyOptions.Unkeyed, null);
        await operation.TriggerAsync(source, new Request("b"), IdempotencyOptions.Unkeyed, null);
        await clock.RunAsync(operation.CompleteAsync());

        Assert.Equal("b", Assert.Single(told.Runs).RunId);
        Assert.Contains("InvalidOperationException: odd", Assert.Single(told.Failures).Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task No_more_triggers_are_in_flight_than_the_limit_allows(int limit)
    {
        var inFlight = 0;
        var most = 0;
        var open = new SemaphoreSlim(0);
        source.OnTrigger = async (request, cancellationToken) =>
        {
            lock (source)
            {
                most = Math.Max(most, ++inFlight);
            }

            await open.WaitAsync(cancellationToken);
            lock (source)
            {
                inFlight--;
            }

            return new() { RunId = request.Target };
        };
        using var operation = Operation(OperationOptions.Create(throttleLimit: limit));

        var triggers = TriggerTenAsync(operation);
        await Tenant.UntilAsync(() => Task.FromResult(Volatile.Read(ref inFlight) == limit));
        Assert.False(triggers.IsCompleted);
        open.Release(10);
        await triggers;
        await clock.RunAsync(operation.CompleteAsync());

        Assert.Equal((limit, 10), (most, told.Runs.Count));
    }

    [Fact]
    public async Task What_the_time_did_not_suffice_for_is_reported_as_not_triggered()
    {
        source.OnTrigger = async (request, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return new() { RunId = request.Target };
        };
        using var operation = Operation(OperationOptions.Create(timeoutSec: 60, throttleLimit: 1));

        await operation.TriggerAsync(source, new Request("a"), IdempotencyOptions.Unkeyed, "row a");
        await clock.RunAsync(operation.TriggerAsync(source, new Request("b"), IdempotencyOptions.Unkeyed, "row b"));
        await clock.RunAsync(operation.CompleteAsync());

        Assert.All(told.Failures, f => Assert.Equal(PipelineErrorId.WaitTimedOut, f.Error.ErrorId));
        Assert.Equal(["row a", "row b"], told.Failures.Select(f => f.Target).OrderBy(t => t));
        Assert.All(told.Failures, f => Assert.Contains("No run was created", f.Error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stop_before_an_input_was_taken_in_ends_there()
    {
        var started = new TaskCompletionSource<bool>();
        source.OnTrigger = async (request, cancellationToken) =>
        {
            started.SetResult(true);
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return new() { RunId = request.Target };
        };
        using var operation = Operation(OperationOptions.Create(throttleLimit: 1));
        await operation.TriggerAsync(source, new Request("a"), IdempotencyOptions.Unkeyed, null);
        await started.Task;
        var second = operation.TriggerAsync(source, new Request("b"), IdempotencyOptions.Unkeyed, null);

        stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => operation.CompleteAsync());
        Assert.Empty(told.Runs);
        Assert.Empty(told.Failures);
    }

    [Fact]
    public async Task A_stop_still_reports_the_trigger_whose_outcome_it_left_unknown()
    {
        source.OnTrigger = static async (_, cancellationToken) =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            catch (OperationCanceledException) { }

            throw new PipelineException(PipelineErrorId.TriggerOutcomeUnknown, "sent");
        };
        using var operation = Operation();
        await operation.TriggerAsync(source, new Request("a"), IdempotencyOptions.Unkeyed, "row a");

        stop.Cancel();
        await operation.SettleAsync();

        Assert.Equal(
            (PipelineErrorId.TriggerOutcomeUnknown, "row a"),
            (Assert.Single(told.Failures).Error.ErrorId, told.Failures[0].Target)
        );
    }

    [Fact]
    public async Task A_stop_ends_a_wait_and_the_runs_still_running_can_be_named()
    {
        using var operation = Operation();
        operation.Watch(source, source.Run("a"));
        operation.Watch(source, source.Run("b"));
        await clock.RunAsync(Tenant.UntilAsync(() => Task.FromResult(source.Looks.Count >= 2)));

        stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => operation.CompleteAsync());
        await operation.SettleAsync();
        Assert.Equal(["a", "b"], operation.Progress(10).GoingOn.Select(r => r.RunId));
        Assert.Empty(told.Failures);
    }

    [Fact]
    public async Task What_a_stop_left_going_on_can_be_cancelled_also_a_run_that_came_late()
    {
        var answer = new TaskCompletionSource<PipelineRun>();
        source.OnTrigger = (_, _) => answer.Task;
        source.OnStop = static run =>
            run.RunId == "b"
                ? throw new PipelineException(PipelineErrorId.StopNotSupported, "there is no way")
                : ScriptedRuns.At(run, PipelineRunStatus.Cancelled);
        using var operation = Operation(new() { Wait = true, StopOnCancel = true });
        operation.Watch(source, source.Run("a"));
        operation.Watch(source, source.Run("b"));
        await operation.TriggerAsync(source, new Request("late"), IdempotencyOptions.Unkeyed, null);

        stop.Cancel();
        answer.SetResult(source.Run("late"));
        await operation.SettleAsync();
        var asked = await operation.CancelGoingOnAsync();

        Assert.Equal(
            [("a", "Cancelled", null), ("b", "Queued", "there is no way"), ("late", "Cancelled", null)],
            asked.Select(a => (a.Run.RunId, a.Run.Status, a.Obstacle)).OrderBy(a => a.RunId, StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_vendor_that_does_not_answer_delays_a_cancellation_by_at_most_five_seconds()
    {
        source.OnStopAsync = static (_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);
        using var operation = Operation(new() { StopOnCancel = true });
        operation.Watch(source, source.Run("a"));
        stop.Cancel();
        await operation.SettleAsync();

        var began = clock.GetUtcNow();
        var cancelling = operation.CancelGoingOnAsync();
        await clock.RunAsync(cancelling);

        Assert.Equal(
            ("a", "Mage did not confirm the cancellation in time."),
            ((await cancelling)[0].Run.RunId, (await cancelling)[0].Obstacle)
        );
        Assert.Equal(5, (clock.GetUtcNow() - began).TotalSeconds, 0);
    }

    [Fact]
    public async Task A_run_that_was_only_re_attached_is_not_cancelled_by_a_stop()
    {
        var another = source.Run("another");
        another.Details[RunOrigin.Detail] = $"{RunOrigin.Reattached}: triggered on 2026-11-30 by build-1 with this key";
        using var operation = Operation(new() { StopOnCancel = true });
        operation.Watch(source, another);
        operation.Watch(source, source.Run("own"));
        stop.Cancel();
        await operation.SettleAsync();

        var asked = await operation.CancelGoingOnAsync();

        Assert.Equal(
            [("another", "Queued"), ("own", "Cancelled")],
            asked.Select(a => (a.Run.RunId, a.Run.Status)).OrderBy(a => a.RunId, StringComparer.Ordinal)
        );
        Assert.Contains("An earlier command triggered it", asked.Single(a => a.Run.RunId == "another").Obstacle, StringComparison.Ordinal);
        Assert.False(source.WasStoppedHere(another));
    }

    [Fact]
    public async Task A_silent_ledger_delays_a_stop_by_at_most_a_second_and_its_triggers_are_named()
    {
        var taken = new TaskCompletionSource<bool>();
        source.OnTrigger = async (_, _) =>
        {
            taken.SetResult(true);
            await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
            return new();
        };
        var operation = Operation();
        await operation.TriggerAsync(source, new Request("a"), IdempotencyOptions.Unkeyed, null);
        await taken.Task;
        var completing = operation.CompleteAsync();
        var began = clock.GetUtcNow();

        stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => clock.RunAsync(completing));
        await clock.RunAsync(operation.SettleAsync());
        Assert.InRange(clock.GetUtcNow() - began, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.5));
        Assert.Equal("a", Assert.Single(operation.InFlight));
        operation.Dispose();
    }

    [Fact]
    public async Task What_throws_when_the_time_is_up_does_not_throw_on_the_timers_thread()
    {
        var begun = new TaskCompletionSource<bool>();
        source.OnTrigger = async (request, cancellationToken) =>
        {
            using var wrong = cancellationToken.Register(static () => throw new InvalidOperationException("odd"));
            begun.SetResult(true);
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return new() { RunId = request.Target };
        };
        using var operation = Operation(OperationOptions.Create(timeoutSec: 60));

        await operation.TriggerAsync(source, new Request("a"), IdempotencyOptions.Unkeyed, null);
        await begun.Task;
        await clock.RunAsync(operation.CompleteAsync());

        Assert.Equal(PipelineErrorId.WaitTimedOut, Assert.Single(told.Failures).Error.ErrorId);
    }

    [Fact]
    public async Task A_ledger_that_cannot_be_written_at_the_end_is_an_error_and_no_run_is_lost_by_it()
    {
        source.OnFlush = static () => throw new PipelineException(PipelineErrorId.LedgerUnavailable, "no disk");
        using var operation = Operation();

        operation.Watch(source, source.Run("a", 5));
        await clock.RunAsync(operation.CompleteAsync());

        Assert.Equal("a", Assert.Single(told.Runs).RunId);
        Assert.Equal(PipelineErrorId.LedgerUnavailable, Assert.Single(told.Failures).Error.ErrorId);
    }

    private async Task TriggerTenAsync(RunOperation operation)
    {
        for (var i = 0; i < 10; i++)
        {
            await operation.TriggerAsync(source, new Request($"{i}"), IdempotencyOptions.Unkeyed, null);
        }
    }

    private RunOperation Operation(OperationOptions? options = null) => new(options ?? new(), told, clock, stop.Token);

    private sealed record Request(string Target) : TriggerRequest(Target)
    {
        public override IReadOnlyDictionary<string, object?> Values => new Dictionary<string, object?> { [nameof(Target)] = Target };
    }
}
