namespace PipelineTrigger.Cmdlets.Tests;

/// <summary>How parameters and rows are bound.</summary>
public sealed class BindingTests(Emulator emulator)
{
    public static TheoryData<string, string> Rows =>
        new()
        {
            { "a hashtable", "@{ TriggerId = 1; Connection = 'mage' }" },
            { "an object", "[pscustomobject]@{ TriggerId = 1; Connection = 'mage' }" },
            { "a row of a CSV file, where all is text", "[pscustomobject]@{ TriggerId = '1'; Connection = 'mage' }" },
        };

    [Theory, MemberData(nameof(Rows))]
    public async Task A_row_triggers_a_run(string name, string row)
    {
        using var session = await Session.OpenAsync(emulator);
        var outcome = await session.RunAsync($"{row} | Invoke-PipelineRun");
        Assert.Empty(outcome.Errors);
        Assert.Equal(["Mage"], outcome.Each("Vendor"));
        Assert.True(await session.Tenant.RunsAsync("mage") == 1, name);
    }

    [Fact]
    public async Task A_parameter_counts_for_every_row_that_says_nothing_else()
    {
        using var session = await Session.OpenAsync(emulator);
        var outcome = await session.RunAsync(
            "@{ TriggerId = 1 }, @{ PipelineId = 'nightly_sales'; Connection = 'supaflow' } | Invoke-PipelineRun -Connection mage"
        );
        Assert.Empty(outcome.Errors);
        Assert.Equal(["Mage", "Supaflow"], outcome.Each("Vendor").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_keeps_no_other_from_its_run()
    {
        using var session = await Session.OpenAsync(emulator);
        var outcome = await session.RunAsync(
            "@{ TriggerId = 1 }, @{ TriggerId = 'x' }, @{ TriggerId = 2 } | Invoke-PipelineRun -Connection mage"
        );
        Assert.Equal(["InvalidInput"], outcome.Ids);
        Assert.Equal(2, outcome.Output.Count);
        Assert.Equal(2, await session.Tenant.RunsAsync("mage"));
    }

    [Fact]
    public async Task WhatIf_calls_no_vendor()
    {
        using var session = await Session.OpenAsync(emulator);
        var outcome = await session.RunAsync("Invoke-PipelineRun -Connection mage -TriggerId 1 -WhatIf");
        Assert.Empty(outcome.Errors);
        Assert.Empty(outcome.Output);
        Assert.Equal(0, await session.Tenant.CallsAsync("mage"));
    }
}
