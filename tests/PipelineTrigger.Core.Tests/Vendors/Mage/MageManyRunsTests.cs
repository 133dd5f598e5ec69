using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Vendors.Mage;

/// <summary>Mage has no filter by run id: a page of the newest runs stands in for it.</summary>
public sealed class MageManyRunsTests(EmulatorProcess emulator) : IDisposable
{
    private readonly Tenant tenant = emulator.NewTenant();
    private Connected? connected;

    private Connected Connection => connected ??= tenant.Connect(PipelineVendor.Mage);

    public void Dispose() => connected?.Dispose();

    [Fact]
    public async Task Many_runs_are_read_from_one_page_in_the_basic_format()
    {
        await tenant.PostAsync("runs/mage", new { count = 60, status = "running" });

        var runs = await Connection.ReadManyAsync([.. Enumerable.Range(1, 50).Select(i => $"{i}")]);

        Assert.All(runs, run => Assert.Equal(PipelineRunStatus.Running, run?.Status));
        Assert.Equal(Enumerable.Range(1, 50).Select(i => $"{i}"), runs.Select(r => r!.RunId));
        Assert.EndsWith(
            "/api/pipeline_runs?_limit=1000&_offset=0&order_by[]=id%20desc&disable_retries_grouping=true&_format=with_basic_details",
            Assert.Single(await tenant.RequestsAsync()).Path,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Runs_that_have_ended_or_are_not_there_are_left_to_be_read_singly()
    {
        await tenant.RunAsync(PipelineVendor.Mage, new { status = "running" });
        await tenant.RunAsync(PipelineVendor.Mage, new { status = "failed" });

        var runs = await Connection.ReadManyAsync("1", "2", "77", "1");

        Assert.Equal([PipelineRunStatus.Running, null, null, PipelineRunStatus.Running], runs.Select(r => r?.Status));
    }

    [Fact]
    public async Task Older_runs_are_looked_for_on_the_next_page()
    {
        await tenant.PostAsync("runs/mage", new { count = 1500, status = "running" });

        var runs = await Connection.ReadManyAsync("1", "1500");

        Assert.All(runs, run => Assert.Equal(PipelineRunStatus.Running, run?.Status));
        Assert.Equal(2, await tenant.CallsAsync("mage", "list"));
    }

    [Fact]
    public async Task A_run_so_old_that_the_pages_would_cost_more_is_left_to_be_read_singly()
    {
        await tenant.PostAsync("runs/mage", new { count = 5000, status = "running" });

        var runs = await Connection.ReadManyAsync("1", "5000");

        Assert.Equal([null, PipelineRunStatus.Running], runs.Select(r => r?.Status));
        Assert.Equal(1, await tenant.CallsAsync("mage", "list"));
    }

    [Fact]
    public async Task A_page_that_is_refused_is_an_error()
    {
        await tenant.AnswerAsync("mage", "list", 200, MageShapes.Error(403, "unauthorized_access"));

        await Connection.ReadManyAsync("1").FailsAsync(PipelineErrorId.AuthenticationFailed);
    }
}
