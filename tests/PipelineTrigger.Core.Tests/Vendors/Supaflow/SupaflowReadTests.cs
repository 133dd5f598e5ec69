using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Vendors.Supaflow;

public sealed class SupaflowReadTests(EmulatorProcess emulator) : IDisposable
{
    private readonly Tenant tenant = emulator.NewTenant();
    private Connected? connected;

    private Connected Connection => connected ??= tenant.Connect(PipelineVendor.Supaflow);

    public void Dispose() => connected?.Dispose();

    [Theory]
    [InlineData("completed", PipelineRunStatus.Succeeded)]
    [InlineData("completed_with_warning", PipelineRunStatus.SucceededWithWarnings)]
    [InlineData("failed", PipelineRunStatus.Failed)]
    [InlineData("cancelled", PipelineRunStatus.Cancelled)]
    [InlineData("timed_out", PipelineRunStatus.TimedOut)]
    [InlineData("skipped", PipelineRunStatus.Skipped)]
    public async Task Six_statuses_are_final(string word, string status)
    {
        var id = await tenant.RunAsync(PipelineVendor.Supaflow, new { status = word });

        var run = await Connection.ReadAsync(id);

        Assert.Equal((status, word, true), (run.Status, run.VendorStatus, run.IsFinished));
        Assert.NotNull(run.FinishedAt);
    }

    [Theory]
    [InlineData("queued", PipelineRunStatus.Queued)]
    [InlineData("picked", PipelineRunStatus.Queued)]
    [InlineData("pending", PipelineRunStatus.Queued)]
    [InlineData("nil", PipelineRunStatus.Queued)]
    [InlineData("running", PipelineRunStatus.Running)]
    [InlineData("hibernating", PipelineRunStatus.Unknown)]
    [InlineData("COMPLETED", PipelineRunStatus.Unknown)]
    public async Task Any_other_status_is_still_in_progress(string word, string status)
    {
        var id = await tenant.RunAsync(PipelineVendor.Supaflow, new { status = word });

        var run = await Connection.ReadAsync(id);

        Assert.Equal((status, word, false), (run.Status, run.VendorStatus, run.IsFinished));
        Assert.Null(run.FinishedAt);
    }

    [Fact]
    public async Task A_run_tells_its_times_its_message_and_its_totals()
    {
        var id = await tenant.RunAsync(
            PipelineVendor.Supaflow,
            new
            {
                status = "completed_with_warning",
                message = "2 objects were skipped",
                columns = new
                {
                    created_at = "2026-11-22T07:00:00.5+00:00",
                    started_at = "2026-11-22T09:00:01+02:00",
                    ended_at = "2026-11-22T07:00:31Z",
                    updated_at = "2026-11-22T07:00:32+00:00",
                    job_response = new
                    {
                        total_objects = 5,
                        total_rows_source = 1200,
                        total_rows_destination = 1100,
                        total_failed = 1,
                        total_skipped = 0,
                        log = "s3://bucket?signature=x",
                    },
                },
            }
        );

        var run = await Connection.ReadAsync(id);

        var day = new DateTime(2026, 11, 22, 7, 0, 0, DateTimeKind.Utc);
        Assert.Equal(
            (day.AddMilliseconds(500), day.AddSeconds(1), day.AddSeconds(31), day.AddSeconds(32)),
            (run.CreatedAt!.Value, run.StartedAt!.Value, run.FinishedAt!.Value, run.UpdatedAt!.Value)
        );
        Assert.Equal(("2 objects were skipped", "Nightly sales", TimeSpan.FromSeconds(30)), (run.Message, run.Pipeline, run.Duration));
        Assert.Equal(
            ["TotalFailed=1", "TotalObjects=5", "TotalRowsDestination=1100", "TotalRowsSource=1200", "TotalSkipped=0"],
            run.Details.Select(d => $"{d.Key}={d.Value}").OrderBy(d => d, StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_run_without_an_end_of_its_own_ended_when_it_was_last_touched()
    {
        var id = await tenant.RunAsync(
            PipelineVendor.Supaflow,
            new { status = "skipped", columns = new { ended_at = (string?)null, updated_at = "2026-11-22T07:00:32Z" } }
        );

        Assert.Equal(new DateTime(2026, 11, 22, 7, 0, 32, DateTimeKind.Utc), (await Connection.ReadAsync(id)).FinishedAt);
    }

    [Fact]
    public async Task A_missing_row_is_an_unknown_run() =>
        await Connection.ReadAsync("99999999-9999-9999-9999-999999999999").FailsAsync(PipelineErrorId.RunNotFound);

    [Theory]
    [InlineData("")]
    [InlineData("a,b")]
    [InlineData("*")]
    [InlineData("1&job_status=eq.failed")]
    [InlineData("in.(1)")]
    public async Task A_text_that_cannot_stand_in_a_filter_is_refused_before_anything_is_sent(string id)
    {
        await Connection.ReadAsync(id).FailsAsync(PipelineErrorId.InvalidInput);
        await Connection.StopAsync(id).FailsAsync(PipelineErrorId.InvalidInput);

        Assert.Equal(0, await tenant.CallsAsync("supaflow"));
    }

    [Fact]
    public async Task A_column_that_is_refused_falls_back_to_the_documented_ones_for_good()
    {
        var id = await tenant.RunAsync(PipelineVendor.Supaflow, new { status = "running" });
        await tenant.AnswerAsync(
            "supaflow",
            "status",
            400,
            """{"code":"42703","message":"column jobs.started_at does not exist"}""",
            count: 1
        );

        Assert.Equal(PipelineRunStatus.Running, (await Connection.ReadAsync(id)).Status);
        await Connection.ReadAsync(id);

        var selects = (await tenant.RequestsAsync("status")).Select(r =>
            r.Path.Substring(r.Path.IndexOf("select=", StringComparison.Ordinal))
        );
        Assert.Equal(
            [
                "select=id,name,job_status,status_message,reference_id,created_at,updated_at,started_at,ended_at,job_response",
                "select=id,job_status,status_message",
                "select=id,job_status,status_message",
            ],
            selects
        );
    }

    [Fact]
    public async Task A_cancel_falls_back_to_the_documented_columns_too()
    {
        var id = await tenant.RunAsync(PipelineVendor.Supaflow, new { status = "running" });
        await tenant.AnswerAsync(
            "supaflow",
            "cancel",
            400,
            """{"code":"42703","message":"column jobs.started_at does not exist"}""",
            count: 1
        );

        Assert.Equal(PipelineRunStatus.Cancelled, (await Connection.StopAsync(id)).Status);
    }

    [Fact]
    public async Task Columns_that_are_refused_again_are_an_error()
    {
        await tenant.AnswerAsync("supaflow", "status", 400, """{"code":"42703","message":"column jobs.id does not exist"}""");

        await Connection.ReadAsync("r").FailsAsync(PipelineErrorId.InvalidResponse);

        Assert.Equal(2, await tenant.CallsAsync("supaflow", "status"));
    }

    [Fact]
    public async Task Every_data_call_names_its_columns_and_none_asks_for_the_parameters_of_a_job()
    {
        var run = await Connection.TriggerAsync(new Dictionary<string, object?> { ["PipelineId"] = "nightly_sales" });
        await Connection.ReadAsync(run);
        await Connection.StopAsync(run);
        await Connection.StopAsync(run);
        await Connection.ListAsync();
        await Connection.TestAsync();

        var calls = await tenant.RequestsAsync("status", "list", "cancel", "pipelines");
        Assert.True(calls.Count >= 6);
        Assert.All(calls, call =>
        {
            Assert.Contains("select=", call.Path, StringComparison.Ordinal);
            Assert.DoesNotContain("*", Uri.UnescapeDataString(call.Path), StringComparison.Ordinal);
            Assert.DoesNotContain("job_parameters", call.Path, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("<html>")]
    public async Task An_answer_that_is_no_rows_is_told_as_such(string answer)
    {
        await tenant.AnswerAsync("supaflow", "status", 200, answer);

        await Connection.ReadAsync("r").FailsAsync(PipelineErrorId.InvalidResponse);
    }

    [Fact]
    public void Runs_are_looked_at_every_30_s() =>
        Assert.Equal(new PollPace(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30)), Connection.Client.Pace);
}
