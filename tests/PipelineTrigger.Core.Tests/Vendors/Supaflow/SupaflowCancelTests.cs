using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Vendors.Supaflow;

public sealed class SupaflowCancelTests(EmulatorProcess emulator) : IDisposable
{
    private readonly Tenant tenant = emulator.NewTenant();
    private Connected? connected;

    private Connected Connection => connected ??= tenant.Connect(PipelineVendor.Supaflow);

    public void Dispose() => connected?.Dispose();

    [Theory]
    [InlineData("queued")]
    [InlineData("picked")]
    [InlineData("running")]
    public async Task A_running_run_is_cancelled_on_condition_that_it_still_runs(string status)
    {
        var id = await tenant.RunAsync(PipelineVendor.Supaflow, new { status });

        var run = await Connection.StopAsync(id);

        Assert.Equal((PipelineRunStatus.Cancelled, id), (run.Status, run.RunId));
        Assert.True(Connection.Client.WasStoppedHere(run));
        var request = Assert.Single(await tenant.RequestsAsync("cancel"));
        Assert.Equal("PATCH", request.Method);
        Assert.Contains($"?id=eq.{id}&job_status=in.(queued,picked,running)&select=", request.Path, StringComparison.Ordinal);
        Assert.Contains("Prefer", request.Headers, StringComparer.OrdinalIgnoreCase);
        Assert.Equal(0, await tenant.CallsAsync("supaflow", "status"));
    }

    [Theory]
    [InlineData("completed", PipelineRunStatus.Succeeded)]
    [InlineData("failed", PipelineRunStatus.Failed)]
    [InlineData("timed_out", PipelineRunStatus.TimedOut)]
    public async Task A_run_that_has_ended_is_too_late_and_told_as_it_ended(string word, string status)
    {
        var id = await tenant.RunAsync(PipelineVendor.Supaflow, new { status = word });

        var error = await Connection.StopAsync(id).FailsAsync(PipelineErrorId.StopTooLate);

        Assert.Equal(status, error.Run?.Status);
        Assert.Equal(word, Assert.Single(await tenant.RunsAsync(PipelineVendor.Supaflow)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task An_unknown_run_is_not_found() =>
        await Connection.StopAsync("99999999-9999-9999-9999-999999999999").FailsAsync(PipelineErrorId.RunNotFound);

    [Fact]
    public async Task A_run_whose_status_cannot_be_cancelled_is_told_as_going_on()
    {
        var id = await tenant.RunAsync(PipelineVendor.Supaflow, new { status = "pending" });

        var error = await Connection.StopAsync(id).FailsAsync(PipelineErrorId.NotSupported);

        Assert.Contains("'pending'", error.Message, StringComparison.Ordinal);
        Assert.False(error.Run!.IsFinished);
    }

    [Fact]
    public async Task A_cancel_that_cannot_be_answered_is_repeated()
    {
        var id = await tenant.RunAsync(PipelineVendor.Supaflow, new { status = "running" });
        await tenant.AnswerAsync("supaflow", "cancel", 503, """{"code":"PGRST001","message":"lost"}""", count: 1);

        Assert.Equal(PipelineRunStatus.Cancelled, (await Connection.StopAsync(id)).Status);
    }

    [Fact]
    public async Task A_cancel_may_be_forbidden()
    {
        await tenant.AnswerAsync("supaflow", "cancel", 403, """{"code":"42501","message":"permission denied for table jobs"}""");

        await Connection.StopAsync("r").FailsAsync(PipelineErrorId.AccessDenied);
    }
}
