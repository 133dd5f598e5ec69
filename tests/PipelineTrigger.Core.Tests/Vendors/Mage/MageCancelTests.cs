using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Vendors.Mage;

public sealed class MageCancelTests(EmulatorProcess emulator) : IDisposable
{
    private readonly Tenant tenant = emulator.NewTenant();
    private Connected? connected;

    private Connected Connection => connected ??= tenant.Connect(PipelineVendor.Mage);

    public void Dispose() => connected?.Dispose();

    [Theory]
    [InlineData("initial")]
    [InlineData("running")]
    public async Task A_run_that_is_still_running_is_cancelled(string status)
    {
        var id = await tenant.RunAsync(PipelineVendor.Mage, new { status });

        var run = await Connection.StopAsync(id);

        Assert.Equal(PipelineRunStatus.Cancelled, run.Status);
        Assert.True(Connection.Client.WasStoppedHere(run));
        Assert.Equal("cancelled", Assert.Single(await tenant.RunsAsync(PipelineVendor.Mage)).GetProperty("status").GetString());
        Assert.Equal("PUT", Assert.Single(await tenant.RequestsAsync()).Method);
    }

    [Theory]
    [InlineData("completed", PipelineRunStatus.Succeeded)]
    [InlineData("failed", PipelineRunStatus.Failed)]
    public async Task A_run_that_has_ended_is_too_late_and_told_as_it_ended(string word, string status)
    {
        var id = await tenant.RunAsync(PipelineVendor.Mage, new { status = word });

        var error = await Connection.StopAsync(id).FailsAsync(PipelineErrorId.StopTooLate);

        Assert.Equal(status, error.Run?.Status);
        Assert.False(Connection.Client.WasStoppedHere(error.Run!));
    }

    [Fact]
    public async Task An_unknown_run_is_not_found() => await Connection.StopAsync("77").FailsAsync(PipelineErrorId.RunNotFound);

    [Fact]
    public async Task A_change_that_the_server_ignored_is_told_as_such()
    {
        await tenant.AnswerAsync("mage", "cancel", 200, """{"pipeline_run":{"id":1,"status":"running"},"metadata":null}""");

        var error = await Connection.StopAsync("1").FailsAsync(PipelineErrorId.NotSupported);

        Assert.Equal(PipelineRunStatus.Running, error.Run?.Status);
    }

    [Fact]
    public async Task A_viewer_may_not_cancel()
    {
        await tenant.RequireMageSignInAsync(viewer: true);
        using var viewer = tenant.Connect(PipelineVendor.Mage, Sample.MageUser);

        await viewer.StopAsync("1").FailsAsync(PipelineErrorId.AccessDenied);
    }
}
