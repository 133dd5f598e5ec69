using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Vendors.Supaflow;

public sealed class SupaflowTriggerTests(EmulatorProcess emulator) : IDisposable
{
    private readonly Tenant tenant = emulator.NewTenant();
    private Connected? connected;

    private Connected Connection => connected ??= tenant.Connect(PipelineVendor.Supaflow);

    public void Dispose() => connected?.Dispose();

    [Theory]
    [InlineData(null, null, "false", "false")]
    [InlineData("TRUE", "", "false", "true")]
    [InlineData("yes", "1", "true", "true")]
    public async Task A_trigger_calls_the_function_with_all_its_arguments(
        string? fullResync,
        string? resetTarget,
        string sentReset,
        string sentResync
    )
    {
        await Connection.TriggerAsync(
            new Dictionary<string, object?>
            {
                ["PipelineId"] = Sample.NightlySales,
                ["FullResync"] = fullResync,
                ["ResetTarget"] = resetTarget,
            }
        );

        Assert.Equal(
            $$"""{"p_pipeline_id":"{{Sample.NightlySales}}","p_job_type":"pipeline_run","p_reset_target":"""
                + $$"""{{sentReset}},"p_full_resync":{{sentResync}}}""",
            (await tenant.ReceivedAsync(PipelineVendor.Supaflow)).GetRawText()
        );
        var request = Assert.Single(await tenant.RequestsAsync("trigger"));
        Assert.Equal("POST", request.Method);
        Assert.EndsWith("/rest/v1/rpc/create_pipeline_run_job", request.Path, StringComparison.Ordinal);
        Assert.Equal("application/json", request.ContentType);
    }

    [Fact]
    public async Task The_answer_is_the_id_of_a_job_that_is_queued()
    {
        var run = await Connection.TriggerAsync();

        Assert.Equal(Assert.Single(await tenant.RunsAsync(PipelineVendor.Supaflow)).GetProperty("id").GetString(), run.RunId);
        Assert.Equal(
            (PipelineRunStatus.Queued, "queued", PipelineVendor.Supaflow, "nightly"),
            (run.Status, run.VendorStatus, run.Vendor, run.Connection)
        );
        Assert.Equal(Connection.Clock.GetUtcNow().UtcDateTime, run.CreatedAt);
    }

    [Fact]
    public async Task Two_triggers_are_two_runs()
    {
        Assert.NotEqual((await Connection.TriggerAsync()).RunId, (await Connection.TriggerAsync()).RunId);
        Assert.Equal(2, await tenant.RunsCreatedAsync(PipelineVendor.Supaflow));
    }

    [Fact]
    public async Task An_answer_of_null_means_that_the_account_is_out_of_credits()
    {
        await tenant.SetAsync("auth", new { outOfCredits = true });

        var error = await Connection.TriggerAsync().FailsAsync(PipelineErrorId.OutOfCredits);

        Assert.Contains("out of sync credits", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await tenant.CallsAsync("supaflow", "trigger"));
        Assert.Equal(0, await tenant.RunsCreatedAsync(PipelineVendor.Supaflow));
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"id":"e1b2c3d4-5678-90ab-cdef-1234567890ab"}""")]
    [InlineData("<html>")]
    public async Task An_answer_that_is_no_job_id_leaves_the_outcome_unknown(string answer)
    {
        await tenant.AnswerAsync("supaflow", "trigger", 200, answer);

        await Connection.TriggerAsync().FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.Equal(1, await tenant.CallsAsync("supaflow", "trigger"));
    }

    [Theory]
    [InlineData(Sample.PausedCustomers, "is not active")]
    [InlineData("99999999-9999-9999-9999-999999999999", "not found or not accessible")]
    public async Task A_pipeline_that_is_inactive_or_unknown_is_refused_with_the_functions_own_reason(string pipeline, string reason)
    {
        var error = await Connection
            .TriggerAsync(new Dictionary<string, object?> { ["PipelineId"] = pipeline })
            .FailsAsync(PipelineErrorId.TriggerRejected);

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("No run was created.", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await tenant.CallsAsync("supaflow", "trigger"));
    }

    [Fact]
    public async Task A_refusals_hint_is_shown_and_its_details_which_may_hold_rows_are_not()
    {
        await tenant.AnswerAsync(
            "supaflow",
            "trigger",
            400,
            """{"code":"P0001","message":"Pipeline is locked","hint":"Unlock it","details":"row (password=x)"}"""
        );

        var error = await Connection.TriggerAsync().FailsAsync(PipelineErrorId.TriggerRejected);

        Assert.Contains("Pipeline is locked (Unlock it) [P0001]", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("password", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipeline_is_found_by_its_API_name_once_a_minute_at_most()
    {
        var byName = new Dictionary<string, object?> { ["PipelineId"] = "hourly_orders" };
        var run = await Connection.TriggerAsync(byName);
        Connection.Clock.Advance(TimeSpan.FromSeconds(59));
        await Connection.TriggerAsync(byName);
        Assert.Equal(1, await tenant.CallsAsync("supaflow", "pipelines"));
        Connection.Clock.Advance(TimeSpan.FromSeconds(1));
        await Connection.TriggerAsync(byName);

        Assert.Equal(2, await tenant.CallsAsync("supaflow", "pipelines"));
        Assert.Equal("hourly_orders", run.Pipeline);
        Assert.All(await tenant.RunsAsync(PipelineVendor.Supaflow), r =>
            Assert.Equal(Sample.HourlyOrders, r.GetProperty("received").GetProperty("p_pipeline_id").GetString())
        );
    }

    [Theory]
    [InlineData("R&D=sales,100%")]
    [InlineData("größe.*")]
    public async Task An_API_name_is_escaped(string name)
    {
        await tenant.SetAsync("supaflow/pipelines/77777777-0000-0000-0000-000000000000", new { apiName = name });

        await Connection.TriggerAsync(new Dictionary<string, object?> { ["PipelineId"] = name });

        Assert.Equal(
            "77777777-0000-0000-0000-000000000000",
            (await tenant.ReceivedAsync(PipelineVendor.Supaflow)).GetProperty("p_pipeline_id").GetString()
        );
    }

    [Fact]
    public async Task An_unknown_API_name_is_refused_without_a_POST()
    {
        var error = await Connection
            .TriggerAsync(new Dictionary<string, object?> { ["PipelineId"] = "no_such_pipeline" })
            .FailsAsync(PipelineErrorId.TriggerRejected);

        Assert.Contains("no pipeline with the API name 'no_such_pipeline'", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await tenant.CallsAsync("supaflow", "trigger"));
    }

    [Fact]
    public async Task An_API_name_of_two_pipelines_is_refused_without_a_POST()
    {
        await tenant.SetAsync("supaflow/pipelines/77777777-0000-0000-0000-000000000000", new { apiName = "nightly_sales" });

        var error = await Connection
            .TriggerAsync(new Dictionary<string, object?> { ["PipelineId"] = "nightly_sales" })
            .FailsAsync(PipelineErrorId.TriggerRejected);

        Assert.Contains("more than one pipeline", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await tenant.CallsAsync("supaflow", "trigger"));
    }
}
