using PipelineTrigger.Core.Operations;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Doubles;

namespace PipelineTrigger.Core.Tests.Watching;

public sealed class WatchOutageTests
{
    private readonly ManualClock clock = new();
    private readonly RecordingObserver told = new();
    private readonly ScriptedRuns source;

    public WatchOutageTests() => source = new(clock);

    [Theory]
    [InlineData(1, PipelineErrorId.VendorUnavailable)]
    [InlineData(1, PipelineErrorId.RateLimited)]
    [InlineData(200, PipelineErrorId.VendorUnavailable)]
    public async Task An_outage_is_reported_once_at_its_start_and_once_at_its_end(int runs, string errorId)
    {
        source.OnRead = (run, at) =>
            at < TimeSpan.FromMinutes(30)
                ? throw new PipelineException(errorId, "The vendor is away.")
                : ScriptedRuns.At(run, PipelineRunStatus.Running);

        await WatchAsync(runs, endsAfter: 1805);

        Assert.Equal(runs, told.Runs.Count);
        Assert.Empty(told.Failures);
        Assert.Equal(2, told.Warnings.Count);
        Assert.Equal("The vendor is away. The wait on connection 'nightly' continues.", told.Warnings[0]);
        Assert.StartsWith("Mage answers again on connection 'nightly', after 1", told.Warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_outage_costs_a_look_or_two_a_round_however_many_runs_are_watched()
    {
        using var allAdded = new ManualResetEventSlim();
        source.OnRead = (run, at) =>
        {
            allAdded.Wait();
            return at < TimeSpan.FromMinutes(30)
                ? throw new PipelineException(PipelineErrorId.VendorUnavailable, "Away.")
                : ScriptedRuns.At(run, PipelineRunStatus.Succeeded);
        };

        await WatchAsync(200, endsAfter: double.MaxValue, allAdded.Set);

        // 120 rounds of 15 s; the runs that were added before the first look, and those after it, may be looked at apart.
        Assert.InRange(source.Looks.Count(l => l.At < TimeSpan.FromMinutes(30)), 100, 260);
    }

    [Fact]
    public async Task A_second_outage_is_told_again()
    {
        source.OnRead = static (run, at) =>
            (int)at.TotalMinutes % 20 >= 10
                ? throw new PipelineException(PipelineErrorId.VendorUnavailable, "Away.")
                : ScriptedRuns.At(run, PipelineRunStatus.Running);

        await WatchAsync(5, endsAfter: 45 * 60);

        Assert.Equal(4, told.Warnings.Count);
    }

    [Fact]
    public async Task A_run_that_ends_during_an_outage_is_found_afterwards()
    {
        source.OnRead = static (run, at) =>
            at < TimeSpan.FromMinutes(10)
                ? throw new PipelineException(PipelineErrorId.VendorUnavailable, "Away.")
                : ScriptedRuns.At(run, PipelineRunStatus.Succeeded);

        await WatchAsync(3, endsAfter: double.MaxValue);

        Assert.Equal(3, told.Runs.Count);
    }

    [Fact]
    public async Task The_wait_that_the_vendor_asks_for_is_kept_for_all_its_runs()
    {
        source.OnRead = static (run, at) =>
            at < TimeSpan.FromSeconds(2)
                ? throw new PipelineException(PipelineErrorId.RateLimited, "Slower.") { RetryAfter = TimeSpan.FromSeconds(400) }
                : ScriptedRuns.At(run, PipelineRunStatus.Succeeded);

        await WatchAsync(10, endsAfter: double.MaxValue);

        Assert.DoesNotContain(source.Looks, l => l.At > TimeSpan.FromSeconds(2) && l.At < TimeSpan.FromSeconds(400));
        Assert.Equal(10, told.Runs.Count);
    }

    [Fact]
    public async Task What_is_said_of_one_run_is_no_outage()
    {
        source.OnRead = static (run, _) =>
            run.RunId == "0"
                ? throw new PipelineException(PipelineErrorId.InvalidResponse, "Not this one.") { IsAboutRun = true }
                : ScriptedRuns.At(run, PipelineRunStatus.Succeeded);

        await WatchAsync(2, endsAfter: double.MaxValue);

        Assert.Equal("0", Assert.Single(told.Failures).Error.Run?.RunId);
        Assert.Equal("1", Assert.Single(told.Runs).RunId);
        Assert.Empty(told.Warnings);
    }

    private async Task WatchAsync(int runs, double endsAfter, Action? added = null)
    {
        using var operation = new RunOperation(new(), told, clock, TestContext.Current.CancellationToken);
        for (var i = 0; i < runs; i++)
        {
            operation.Watch(source, source.Run($"{i}", endsAfter));
        }

        added?.Invoke();
        await clock.RunAsync(operation.CompleteAsync());
    }
}
