namespace PipelineTrigger.Cmdlets.Tests;

/// <summary>Waiting, in the pipeline and in a job.</summary>
public sealed class WaitTests(Emulator emulator)
{
    [Fact]
    public async Task Runs_are_returned_when_they_have_ended()
    {
        using var session = await Session.OpenAsync(emulator);
        await session.Tenant.PutAsync("defaults", new { runningSeconds = 0 });
        var outcome = await session.RunAsync(
            "1..3 | ForEach-Object { @{ TriggerId = $_ } } | Invoke-PipelineRun -Connection mage | Wait-PipelineRun"
        );
        Assert.Empty(outcome.Errors);
        Assert.Equal(["Succeeded", "Succeeded", "Succeeded"], outcome.Each("Status"));
    }

    [Fact]
    public async Task A_short_interval_is_warned_of()
    {
        using var session = await Session.OpenAsync(emulator);
        await session.Tenant.PutAsync("defaults", new { runningSeconds = 0 });
        var outcome = await session.RunAsync("Invoke-PipelineRun -Connection mage -TriggerId 1 | Wait-PipelineRun -PollIntervalSec 1");
        Assert.Single(outcome.Warnings);
        Assert.Empty(outcome.Verbose);
    }

    [Fact]
    public async Task Verbose_tells_each_call()
    {
        using var session = await Session.OpenAsync(emulator);
        var outcome = await session.RunAsync("Invoke-PipelineRun -Connection supaflow -PipelineId nightly_sales -Verbose");
        Assert.Contains(outcome.Verbose, line => line.Contains("POST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_job_is_at_work_until_its_runs_have_ended()
    {
        using var session = await Session.OpenAsync(emulator);
        await session.Tenant.PutAsync("defaults", new { runningSeconds = 600 });
        var begun = await session.RunAsync(
            "$job = Invoke-PipelineRun -Connection mage -TriggerId 1 | Wait-PipelineRun -AsJob -PollIntervalSec 1; "
                + "\"$($job.State) at $($job.Location)\""
        );
        Assert.Equal(["Running at mage"], begun.Output.Select(o => o.ToString()));
        await session.Tenant.PassAsync();
        var ended = await session.RunAsync("Receive-Job $job -Wait -WarningAction SilentlyContinue; $job.State");
        Assert.Equal("Succeeded", ended.Each("Status").First());
        Assert.Equal("Completed", ended.Output[^1].ToString());
    }
}
