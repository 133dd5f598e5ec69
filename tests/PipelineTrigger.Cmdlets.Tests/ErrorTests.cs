namespace PipelineTrigger.Cmdlets.Tests;

/// <summary>What goes wrong has a stable id.</summary>
public sealed class ErrorTests(Emulator emulator)
{
    public static TheoryData<string, string> Mistakes =>
        new()
        {
            { "Invoke-PipelineRun -Connection none -TriggerId 1", "ConnectionNotFound" },
            { "Invoke-PipelineRun -Connection mage -TriggerId 77", "TriggerRejected" },
            { "Invoke-PipelineRun -Connection mage -TriggerId 4", "TriggerInactive" },
            { "Invoke-PipelineRun -Connection mage -TriggerId 1 -AsJob", "InvalidInput" },
            { "Get-PipelineRunStatus -Connection mage -RunId 4711", "RunNotFound" },
            { "Wait-PipelineRun -Connection mage -RunId abc", "InvalidInput" },
            {
                "Connect-PipelineService Prophecy -BaseUri http://x.test -Token (& { ($s = [securestring]::new()).AppendChar('x'); $s })",
                "InsecureEndpoint"
            },
        };

    [Theory, MemberData(nameof(Mistakes))]
    public async Task A_mistake_is_one_error_with_its_id(string script, string id)
    {
        using var session = await Session.OpenAsync(emulator);
        var outcome = await session.RunAsync(script);
        Assert.Equal([id], outcome.Ids);
        Assert.Empty(outcome.Output);
    }

    [Fact]
    public async Task A_run_that_fails_is_returned_and_is_an_error()
    {
        using var session = await Session.OpenAsync(emulator);
        await session.Tenant.PutAsync("defaults", new { runningSeconds = 0, outcome = "failed" });
        var outcome = await session.RunAsync("Invoke-PipelineRun -Connection mage -TriggerId 1 -Wait");
        Assert.Equal(["Failed"], outcome.Each("Status"));
        Assert.Equal(["RunFailed"], outcome.Ids);
        Assert.False(outcome.Ended);
    }

    [Fact]
    public async Task ErrorAction_Stop_ends_the_script_with_the_error()
    {
        using var session = await Session.OpenAsync(emulator);
        var outcome = await session.RunAsync("Invoke-PipelineRun -Connection mage -TriggerId 77 -ErrorAction Stop; 'the next line'");
        Assert.Equal(["TriggerRejected"], outcome.Ids);
        Assert.True(outcome.Ended);
        Assert.Empty(outcome.Output);
    }
}
