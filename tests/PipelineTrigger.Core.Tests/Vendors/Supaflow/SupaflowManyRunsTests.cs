using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Vendors.Supaflow;

public sealed class SupaflowManyRunsTests(EmulatorProcess emulator) : IDisposable
{
    private readonly Tenant tenant = emulator.NewTenant();
    private Connected? connected;

    private Connected Connection => connected ??= tenant.Connect(PipelineVendor.Supaflow);

    public void Dispose() => connected?.Dispose();

    [Fact]
    public async Task Many_runs_are_read_at_most_a_hundred_in_a_request()
    {
        await tenant.PostAsync("runs/supaflow", new { count = 250, status = "running" });
        var ids = (await tenant.RunsAsync(PipelineVendor.Supaflow)).Select(r => r.GetProperty("id").GetString()!).ToArray();

        var runs = await Connection.ReadManyAsync(ids);

        Assert.Equal(ids, runs.Select(r => r?.RunId));
        Assert.All(runs, run => Assert.Equal(PipelineRunStatus.Running, run?.Status));
        var requests = await tenant.RequestsAsync("status");
        Assert.Equal(
            [100, 100, 50],
            requests.Select(r =>
                r.Path.Split([','], StringSplitOptions.None).Length
                - r.Path.Split(["select="], StringSplitOptions.None)[1].Split(',').Length
                + 1
            )
        );
        Assert.All(requests, r => Assert.Matches(@"/rest/v1/jobs\?id=in\.\([0-9a-f,-]+\)&select=id,", r.Path));
    }

    [Fact]
    public async Task Runs_that_are_not_there_or_cannot_be_are_left_to_be_read_singly()
    {
        var ended = await tenant.RunAsync(PipelineVendor.Supaflow, new { status = "failed", message = "no such table" });

        var runs = await Connection.ReadManyAsync("99999999-9999-9999-9999-999999999999", ended, "a,b", ended.ToUpperInvariant());

        Assert.Equal([null, PipelineRunStatus.Failed, null, PipelineRunStatus.Failed], runs.Select(r => r?.Status));
        Assert.Equal("no such table", runs[1]!.Message);
    }
}
