using System.Text.Json;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Vendors.Mage;

public sealed class MageTriggerTests(EmulatorProcess emulator) : IDisposable
{
    private readonly Tenant tenant = emulator.NewTenant();
    private Connected? connected;

    private Connected Connection => connected ??= tenant.Connect(PipelineVendor.Mage, noTriggerId: true);

    public void Dispose() => connected?.Dispose();

    [Fact]
    public async Task A_trigger_is_one_POST_below_the_base_path_with_a_plain_JSON_body()
    {
        await Connection.TriggerAsync(new Dictionary<string, object?> { ["TriggerId"] = 3 });

        var request = Assert.Single(await tenant.RequestsAsync("trigger"));
        Assert.Equal("POST", request.Method);
        Assert.Equal(tenant.BaseUri(PipelineVendor.Mage).AbsolutePath + "/api/pipeline_schedules/3/pipeline_runs", request.Path);
        Assert.Equal("application/json", request.ContentType);
        Assert.Contains("X-API-KEY", request.Headers, StringComparer.OrdinalIgnoreCase);
        Assert.Equal("rest", Assert.Single(await tenant.RunsAsync(PipelineVendor.Mage)).GetProperty("form").GetString());
    }

    [Fact]
    public async Task Variables_of_any_JSON_type_survive()
    {
        await Connection.TriggerAsync(
            new Dictionary<string, object?>
            {
                ["TriggerId"] = 1,
                ["Variables"] =
                    """{"text":"ü\"","whole":1,"digits":12345678901234567890.10,"yes":true,"none":null,"list":[1,"a","""
                    + """{}],"nested":{"deep":[[]]}}""",
            }
        );

        var run = Assert.Single(await tenant.RunsAsync(PipelineVendor.Mage));
        Assert.Equal(
            """{"text":"ü\"","whole":1,"digits":12345678901234567890.10,"yes":true,"none":null,"list":[1,"a",{}],"nested":{"deep":[[]]}}""",
            run.GetProperty("received").GetProperty("pipeline_run").GetProperty("variables").GetRawText()
        );
        Assert.Equal("ü\"", run.GetProperty("variables").GetProperty("text").GetString());
    }

    [Fact]
    public async Task Variables_of_any_plain_type_are_sent_as_JSON()
    {
        await Connection.TriggerAsync(
            new Dictionary<string, object?>
            {
                ["TriggerId"] = 1,
                ["Variables"] = new Dictionary<string, object?>
                {
                    ["a"] = 1.5m,
                    ["b"] = false,
                    ["c"] = new List<object?> { 1L, null },
                    ["d"] = new DateTime(2026, 11, 22, 0, 0, 0, DateTimeKind.Utc),
                },
            }
        );

        Assert.Equal(
            """{"pipeline_run":{"variables":{"a":1.5,"b":false,"c":[1,null],"d":"2026-11-22T00:00:00Z"}}}""",
            (await tenant.ReceivedAsync(PipelineVendor.Mage)).GetRawText()
        );
    }

    [Fact]
    public async Task A_trigger_without_variables_still_has_the_wrapper()
    {
        await Connection.TriggerAsync();

        Assert.Equal("""{"pipeline_run":{"variables":{}}}""", (await tenant.ReceivedAsync(PipelineVendor.Mage)).GetRawText());
    }

    [Fact]
    public async Task An_id_of_the_trigger_goes_along_as_one_more_variable()
    {
        using var connection = tenant.Connect(PipelineVendor.Mage);
        await connection.TriggerAsync(new Dictionary<string, object?> { ["TriggerId"] = 1, ["Variables"] = """{"x":1}""" });

        var variables = (await tenant.ReceivedAsync(PipelineVendor.Mage)).GetProperty("pipeline_run").GetProperty("variables");
        Assert.Equal(["x", "pipeline_trigger_id"], variables.EnumerateObject().Select(v => v.Name));
        Assert.Matches("^[0-9a-f]{32}$", variables.GetProperty("pipeline_trigger_id").GetString()!);
    }

    [Fact]
    public async Task A_variable_of_that_name_that_was_given_stays_as_it_is()
    {
        using var connection = tenant.Connect(PipelineVendor.Mage);
        await connection.TriggerAsync(
            new Dictionary<string, object?> { ["TriggerId"] = 1, ["Variables"] = """{"pipeline_trigger_id":"mine"}""" }
        );

        Assert.Equal(
            """{"pipeline_run":{"variables":{"pipeline_trigger_id":"mine"}}}""",
            (await tenant.ReceivedAsync(PipelineVendor.Mage)).GetRawText()
        );
    }

    [Fact]
    public async Task Two_triggers_are_two_runs()
    {
        Assert.NotEqual((await Connection.TriggerAsync()).RunId, (await Connection.TriggerAsync()).RunId);
        Assert.Equal(2, await tenant.RunsCreatedAsync(PipelineVendor.Mage));
    }

    [Fact]
    public async Task A_run_is_described_as_soon_as_it_is_triggered()
    {
        var run = await Connection.TriggerAsync();

        Assert.Equal(("1", PipelineVendor.Mage, "nightly", "quick_pipeline"), (run.RunId, run.Vendor, run.Connection, run.Pipeline));
        Assert.Equal((PipelineRunStatus.Queued, "initial"), (run.Status, run.VendorStatus));
        Assert.Equal($"{tenant.BaseUri(PipelineVendor.Mage)}/pipelines/quick_pipeline/runs/1", run.Url);
        Assert.Equal("1", run.Details["TriggerId"]);
        Assert.NotNull(run.CreatedAt);
        Assert.Null(run.StartedAt);
        Assert.Null(run.FinishedAt);
    }

    [Fact]
    public async Task A_trigger_that_is_no_API_trigger_can_be_triggered()
    {
        await Connection.TriggerAsync(new Dictionary<string, object?> { ["TriggerId"] = 5 });

        Assert.Equal(1, await tenant.RunsCreatedAsync(PipelineVendor.Mage));
    }

    [Fact]
    public async Task An_inactive_trigger_is_refused_with_how_to_activate_it_and_no_run_is_created()
    {
        var error = await Connection
            .TriggerAsync(new Dictionary<string, object?> { ["TriggerId"] = 4 })
            .FailsAsync(PipelineErrorId.TriggerInactive);

        Assert.Contains("Activate the trigger on the Triggers page of pipeline quick_pipeline", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await tenant.CallsAsync("mage", "trigger"));
        Assert.Equal(0, await tenant.RunsCreatedAsync(PipelineVendor.Mage));
    }

    [Fact]
    public async Task An_inactive_trigger_can_be_used_as_soon_as_it_was_activated()
    {
        await Connection.TriggerAsync(new Dictionary<string, object?> { ["TriggerId"] = 4 }).FailsAsync(PipelineErrorId.TriggerInactive);
        await tenant.SetAsync("mage/triggers/4", new { name = "paused" });

        await Connection.TriggerAsync(new Dictionary<string, object?> { ["TriggerId"] = 4 });

        Assert.Equal(1, await tenant.RunsCreatedAsync(PipelineVendor.Mage));
    }

    [Fact]
    public async Task An_active_trigger_is_looked_up_once_a_minute_at_most()
    {
        await Connection.TriggerAsync();
        Connection.Clock.Advance(TimeSpan.FromSeconds(59));
        await Connection.TriggerAsync();
        Assert.Equal(1, await tenant.CallsAsync("mage", "schedule"));

        Connection.Clock.Advance(TimeSpan.FromSeconds(1));
        await Connection.TriggerAsync();
        Assert.Equal(2, await tenant.CallsAsync("mage", "schedule"));
    }

    [Fact]
    public async Task Triggers_at_the_same_time_share_the_look()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Connection.TriggerAsync()));

        Assert.Equal(1, await tenant.CallsAsync("mage", "schedule"));
        Assert.Equal(20, await tenant.RunsCreatedAsync(PipelineVendor.Mage));
    }

    [Fact]
    public async Task An_unknown_trigger_is_refused_without_a_POST()
    {
        var error = await Connection
            .TriggerAsync(new Dictionary<string, object?> { ["TriggerId"] = 77 })
            .FailsAsync(PipelineErrorId.TriggerRejected);

        Assert.Contains("trigger 77", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await tenant.CallsAsync("mage", "trigger"));
    }

    [Fact]
    public async Task A_trigger_that_was_deleted_since_it_was_looked_up_is_refused()
    {
        await Connection.TriggerAsync();
        await tenant.DeleteAsync("mage/triggers/1");

        var error = await Connection.TriggerAsync().FailsAsync(PipelineErrorId.TriggerRejected);

        Assert.Contains("no trigger has this id. No run was created.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_viewer_is_told_the_role_that_is_needed()
    {
        await tenant.RequireMageSignInAsync(viewer: true);
        using var viewer = tenant.Connect(PipelineVendor.Mage, Sample.MageUser);

        var error = await viewer.TriggerAsync().FailsAsync(PipelineErrorId.AccessDenied);

        Assert.Contains("Editor", error.Message, StringComparison.Ordinal);
        Assert.Contains("No run was created.", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await tenant.RunsCreatedAsync(PipelineVendor.Mage));
    }

    [Theory]
    [InlineData("'NoneType' object has no attribute 'pipeline_uuid'", PipelineErrorId.TriggerRejected)]
    [InlineData("{'code': 404, 'message': 'Record not found.', 'type': 'record_not_found'}", PipelineErrorId.TriggerRejected)]
    [InlineData("Invalid token for pipeline schedule ID 3.", PipelineErrorId.TriggerRejected)]
    [InlineData(
        "This endpoint is only supported for API trigger; pipeline schedule ID 5 is of type time.",
        PipelineErrorId.TriggerRejected
    )]
    [InlineData("(sqlite3.OperationalError) database is locked", PipelineErrorId.TriggerOutcomeUnknown)]
    [InlineData("(psycopg2.errors.InFailedSqlTransaction) current transaction is aborted", PipelineErrorId.TriggerOutcomeUnknown)]
    [InlineData("", PipelineErrorId.TriggerOutcomeUnknown)]
    public async Task Only_a_known_exception_is_a_refusal_and_no_exception_is_retried(string exception, string errorId)
    {
        await tenant.AnswerAsync("mage", "trigger", 200, MageShapes.Exception(exception));

        var error = await Connection.TriggerAsync().FailsAsync(errorId);

        Assert.DoesNotContain("Traceback", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await tenant.CallsAsync("mage", "trigger"));
    }

    [Theory]
    [InlineData(404, "record_not_found", PipelineErrorId.TriggerRejected)]
    [InlineData(400, "validation", PipelineErrorId.TriggerRejected)]
    [InlineData(405, "no_such_operation", PipelineErrorId.TriggerRejected)]
    [InlineData(401, "expired_oauth_token", PipelineErrorId.AuthenticationFailed)]
    [InlineData(403, "unauthorized_access", PipelineErrorId.AuthenticationFailed)]
    [InlineData(500, "unknown", PipelineErrorId.TriggerOutcomeUnknown)]
    public async Task An_error_with_200_is_taken_by_its_code(int code, string type, string errorId)
    {
        await tenant.AnswerAsync("mage", "trigger", 200, MageShapes.Error(code, type));

        var error = await Connection.TriggerAsync().FailsAsync(errorId);

        Assert.DoesNotContain(MageShapes.WrongMessage, error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await tenant.CallsAsync("mage", "trigger"));
    }

    [Theory]
    [InlineData(200, "")]
    [InlineData(200, "<html>Mage</html>")]
    [InlineData(200, "{}")]
    [InlineData(200, """{"pipeline_run":null}""")]
    [InlineData(200, """{"pipeline_run":{"status":"initial"}}""")]
    public async Task An_answer_without_the_run_leaves_the_outcome_unknown(int status, string answer)
    {
        await tenant.AnswerAsync("mage", "trigger", status, answer);

        await Connection.TriggerAsync().FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);
    }

    [Theory]
    [InlineData(405, "")]
    [InlineData(404, "<html><title>404: Not Found</title></html>")]
    public async Task The_web_servers_own_refusal_says_to_look_at_the_base_address(int status, string answer)
    {
        await tenant.AnswerAsync("mage", "trigger", status, answer, contentType: "text/html");

        var error = await Connection.TriggerAsync().FailsAsync(PipelineErrorId.TriggerRejected);

        Assert.Contains("-BaseUri", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_holds_no_token_of_its_trigger()
    {
        var run = await Connection.ReadAsync(await Connection.TriggerAsync());

        Assert.DoesNotContain("trigger-token", JsonSerializer.Serialize(run), StringComparison.Ordinal);
    }
}
