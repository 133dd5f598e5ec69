using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Vendors.Mage;

public sealed class MageReadTests(EmulatorProcess emulator) : IDisposable
{
    private readonly Tenant tenant = emulator.NewTenant();
    private Connected? connected;

    private Connected Connection => connected ??= tenant.Connect(PipelineVendor.Mage);

    public void Dispose() => connected?.Dispose();

    [Theory]
    [InlineData("initial", PipelineRunStatus.Queued)]
    [InlineData("running", PipelineRunStatus.Running)]
    [InlineData("completed", PipelineRunStatus.Succeeded)]
    [InlineData("failed", PipelineRunStatus.Failed)]
    [InlineData("cancelled", PipelineRunStatus.Cancelled)]
    [InlineData("paused", PipelineRunStatus.Unknown)]
    [InlineData("Completed", PipelineRunStatus.Unknown)]
    public async Task Five_statuses_are_known_and_any_other_is_neither_success_nor_the_end(string word, string status)
    {
        var id = await tenant.RunAsync(PipelineVendor.Mage, new { status = word });

        var run = await Connection.ReadAsync(id);

        Assert.Equal((status, word), (run.Status, run.VendorStatus));
        Assert.Equal(status is PipelineRunStatus.Succeeded or PipelineRunStatus.Failed or PipelineRunStatus.Cancelled, run.IsFinished);
    }

    [Theory]
    [InlineData("completed", "2026-11-22 08:00:00", "2026-11-22 08:00:05", 0)]
    [InlineData("failed", null, "2026-11-22 08:00:05", 5)]
    [InlineData("cancelled", null, "2026-11-22 08:00:05", 5)]
    public async Task The_end_of_a_run_is_its_completion_or_else_its_last_touch(
        string status,
        string? completedAt,
        string updatedAt,
        int second
    )
    {
        var id = await tenant.RunAsync(
            PipelineVendor.Mage,
            new { status, columns = new { completed_at = completedAt, updated_at = updatedAt } }
        );

        Assert.Equal(new DateTime(2026, 11, 22, 8, 0, second, DateTimeKind.Utc), (await Connection.ReadAsync(id)).FinishedAt);
    }

    [Fact]
    public async Task A_run_that_is_still_running_has_no_end()
    {
        var id = await tenant.RunAsync(PipelineVendor.Mage, new { status = "running" });

        Assert.Null((await Connection.ReadAsync(id)).FinishedAt);
    }

    [Fact]
    public async Task A_run_that_was_retried_is_running_again()
    {
        var id = await tenant.RunAsync(PipelineVendor.Mage, new { status = "failed" });
        var failed = await Connection.ReadAsync(id);
        await tenant.SetRunAsync(PipelineVendor.Mage, id, new { status = "running" });

        var retried = await Connection.ReadAsync(failed);

        Assert.Equal(PipelineRunStatus.Running, retried.Status);
        Assert.Null(retried.FinishedAt);
        Assert.Null(retried.Message);
    }

    [Theory]
    [InlineData("2026-11-22 07:30:50", 0)]
    [InlineData("2026-11-22 07:30:50.934408", 9344080)]
    [InlineData("2026-11-22 07:30:50+00:00", 0)]
    [InlineData("2026-11-22T07:30:50.934408+00:00", 9344080)]
    [InlineData("2026-11-22T07:30:50", 0)]
    public async Task Times_are_UTC_in_each_of_their_spellings(string text, int ticks)
    {
        var id = await tenant.RunAsync(PipelineVendor.Mage, new { columns = new { created_at = text, started_at = text } });

        var run = await Connection.ReadAsync(id);

        var expected = new DateTime(2026, 11, 22, 7, 30, 50, DateTimeKind.Utc).AddTicks(ticks);
        Assert.Equal((expected, expected), (run.CreatedAt, run.StartedAt));
        Assert.Equal(DateTimeKind.Utc, run.CreatedAt!.Value.Kind);
    }

    [Fact]
    public async Task A_failed_run_gives_the_error_of_its_block()
    {
        await tenant.SetAsync(
            "defaults",
            new
            {
                runningSeconds = 0,
                outcome = "failed",
                message = "no such table: sales",
            }
        );

        var run = await Connection.ReadAsync(await Connection.TriggerAsync());

        Assert.Equal("export_data: no such table: sales", run.Message);
    }

    [Fact]
    public async Task The_errors_of_several_blocks_are_given_up_to_three_whatever_shape_they_have()
    {
        var id = await tenant.RunAsync(
            PipelineVendor.Mage,
            new
            {
                status = "failed",
                columns = new
                {
                    block_runs = new object[]
                    {
                        new { block_uuid = "a", metrics = new { error = new { error = "first" } } },
                        new { block_uuid = "b", metrics = (object?)null },
                        new { block_uuid = "c", metrics = new { error = "of another shape" } },
                        new { block_uuid = "d", metrics = new { error = new { error = new { code = 2 } } } },
                        new { block_uuid = "e", metrics = new { error = new { error = "third" } } },
                        new { block_uuid = "f", metrics = new { error = new { error = "fourth" } } },
                    },
                },
            }
        );

        Assert.Equal("""a: first; d: {"code":2}; e: third""", (await Connection.ReadAsync(id)).Message);
    }

    [Fact]
    public async Task A_run_cancelled_by_the_triggers_limit_is_told_as_never_started()
    {
        await tenant.SetAsync("mage/triggers/1", new { concurrencyLimit = 1, plan = new { runningSeconds = 600 } });
        await Connection.TriggerAsync();

        var second = await Connection.ReadAsync(await Connection.TriggerAsync());

        Assert.Equal(PipelineRunStatus.Cancelled, second.Status);
        Assert.Null(second.StartedAt);
        Assert.StartsWith("Cancelled before it started", second.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_was_cancelled_at_work_has_no_such_message()
    {
        await tenant.SetAsync("defaults", new { runningSeconds = 600 });
        var run = await Connection.TriggerAsync();
        await tenant.PassAsync(TimeSpan.FromSeconds(5));

        Assert.Null((await Connection.StopAsync(run)).Message);
    }

    [Fact]
    public async Task A_run_whose_trigger_was_deleted_is_still_read_and_keeps_what_was_known()
    {
        await tenant.SetAsync("defaults", new { runningSeconds = 0 });
        var run = await Connection.TriggerAsync();
        await tenant.DeleteAsync("mage/triggers/1");

        var seen = await Connection.ReadAsync(run);

        Assert.Equal(
            (PipelineRunStatus.Succeeded, run.RunId, run.Pipeline, run.CreatedAt, "1"),
            (seen.Status, seen.RunId, seen.Pipeline, seen.CreatedAt, seen.Details["TriggerId"])
        );
        Assert.EndsWith("?_format=with_basic_details", (await tenant.RequestsAsync("status"))[1].Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_run_is_not_found_whatever_the_servers_message_is()
    {
        using var signedIn = tenant.Connect(PipelineVendor.Mage, new("nobody@example.com", "wrong-password"));
        await signedIn.ReadAsync("1").FailsAsync(PipelineErrorId.AuthenticationFailed);

        var error = await Connection.ReadAsync("2147483647").FailsAsync(PipelineErrorId.RunNotFound);

        Assert.Contains("run 2147483647", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(MageShapes.WrongMessage, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("2147483648")]
    [InlineData("99999999999")]
    [InlineData("abc")]
    [InlineData("")]
    public async Task A_run_id_that_is_no_positive_int32_is_refused_before_anything_is_sent(string id)
    {
        var read = await Connection.ReadAsync(id).FailsAsync(PipelineErrorId.InvalidInput);
        await Connection.StopAsync(id).FailsAsync(PipelineErrorId.InvalidInput);

        Assert.Contains("from 1 to 2147483647", read.Message, StringComparison.Ordinal);
        Assert.Equal(0, await tenant.CallsAsync("mage"));
        Assert.Equal(0, (await tenant.GetAsync("mage/sessions-broken")).GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task An_exception_is_shown_by_its_own_text_alone()
    {
        await tenant.AnswerAsync("mage", "status", 200, MageShapes.Exception("division by zero in " + new string('x', 5000)));

        var error = await Connection.ReadAsync("1").FailsAsync(PipelineErrorId.InvalidResponse);

        Assert.Contains("division by zero", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Traceback", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("trigger-token-in-the-address", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 0, 700);
    }

    [Theory]
    [InlineData(400, "bad_request", PipelineErrorId.InvalidResponse, "bad_request")]
    [InlineData(403, "unauthorized_access", PipelineErrorId.AuthenticationFailed, "Mage requires a sign-in")]
    [InlineData(401, "invalid_api_key", PipelineErrorId.AuthenticationFailed, "Mage requires a sign-in")]
    [InlineData(404, "record_not_found", PipelineErrorId.RunNotFound, "Mage has no run 1")]
    public async Task An_error_with_200_is_taken_by_its_code_and_type(int code, string type, string errorId, string said)
    {
        await tenant.AnswerAsync("mage", "status", 200, MageShapes.Error(code, type));

        var error = await Connection.ReadAsync("1").FailsAsync(errorId);

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(MageShapes.WrongMessage, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(405, "")]
    [InlineData(404, "<html><title>404: Not Found</title></html>")]
    [InlineData(200, "<html>Mage</html>")]
    [InlineData(200, "{}")]
    [InlineData(200, """{"pipeline_run":null}""")]
    public async Task An_answer_without_the_run_says_to_look_at_the_base_address(int status, string answer)
    {
        await tenant.AnswerAsync("mage", "status", status, answer, contentType: "text/html");

        var error = await Connection.ReadAsync("1").FailsAsync(PipelineErrorId.InvalidResponse);

        Assert.Contains("-BaseUri", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_that_met_a_broken_database_session_is_repeated()
    {
        var id = await tenant.RunAsync(PipelineVendor.Mage, new { status = "running" });
        await tenant.AnswerAsync(
            "mage",
            "status",
            200,
            MageShapes.Exception("(psycopg2.errors.InFailedSqlTransaction) current transaction is aborted"),
            count: 2
        );

        Assert.Equal(PipelineRunStatus.Running, (await Connection.ReadAsync(id)).Status);
        Assert.Equal(3, await tenant.CallsAsync("mage", "status"));
    }

    [Fact]
    public async Task A_database_session_that_stays_broken_is_an_outage()
    {
        await tenant.AnswerAsync(
            "mage",
            "status",
            200,
            MageShapes.Exception("(psycopg2.errors.InFailedSqlTransaction) current transaction is aborted")
        );

        await Connection.ReadAsync("1").FailsAsync(PipelineErrorId.VendorUnavailable);
    }

    [Fact]
    public async Task A_run_with_no_scheduler_stays_queued()
    {
        await tenant.SetAsync("mage/scheduler", new { running = false });
        var run = await Connection.TriggerAsync();
        await tenant.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal(PipelineRunStatus.Queued, (await Connection.ReadAsync(run)).Status);
    }
}
