using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Vendors.Prophecy;

public sealed class ProphecyReadTests(EmulatorProcess emulator) : IDisposable
{
    private readonly Tenant tenant = emulator.NewTenant();
    private Connected? connected;

    private Connected Connection => connected ??= tenant.Connect(PipelineVendor.Prophecy);

    public void Dispose() => connected?.Dispose();

    [Theory]
    [InlineData("RUNNING", PipelineRunStatus.Running)]
    [InlineData("SUCCEEDED", PipelineRunStatus.Succeeded)]
    [InlineData("ERROR", PipelineRunStatus.Failed)]
    [InlineData("CANCELLED", PipelineRunStatus.Unknown)]
    [InlineData("Succeeded", PipelineRunStatus.Unknown)]
    [InlineData("SUCCEEDED_MOSTLY", PipelineRunStatus.Unknown)]
    public async Task Three_statuses_are_known_and_any_other_is_neither_success_nor_the_end(string word, string status)
    {
        var id = await tenant.RunAsync(PipelineVendor.Prophecy, new { status = word });

        var run = await Connection.ReadAsync(id);

        Assert.Equal((status, word), (run.Status, run.VendorStatus));
        if (status == PipelineRunStatus.Unknown)
        {
            Assert.False(run.IsFinished);
            Assert.False(run.Succeeded);
            Assert.Null(run.ExitCode);
        }
    }

    [Fact]
    public async Task A_status_that_is_missing_is_unknown()
    {
        await tenant.AnswerAsync("prophecy", "status", 200, """{"success":true,"runId":"r"}""");

        Assert.Equal(PipelineRunStatus.Unknown, (await Connection.ReadAsync("r")).Status);
    }

    [Fact]
    public async Task Times_without_a_zone_are_UTC_and_the_last_update_of_a_finished_run_is_its_end()
    {
        await tenant.AnswerAsync(
            "prophecy",
            "status",
            200,
            """
            {"success":true,"runId":"r","createdAt":"2025-06-17T18:01:49.275359","updatedAt":"2025-06-17T18:02:41.712486",
             "projectId":"41459","pipelineName":"bakehouse","fabricId":"33290","runStatus":"SUCCEEDED"}
            """
        );

        var run = await Connection.ReadAsync("r");

        Assert.Equal(new DateTime(2025, 6, 17, 18, 1, 49, DateTimeKind.Utc).AddTicks(2753590), run.CreatedAt);
        Assert.Equal(new DateTime(2025, 6, 17, 18, 2, 41, DateTimeKind.Utc).AddTicks(7124860), run.FinishedAt);
        Assert.Equal(DateTimeKind.Utc, run.CreatedAt!.Value.Kind);
        Assert.Equal(TimeSpan.FromTicks(524371270), run.Duration);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task A_run_that_is_still_running_has_no_end()
    {
        var id = await tenant.RunAsync(PipelineVendor.Prophecy, new { status = "RUNNING" });

        var run = await Connection.ReadAsync(id);

        Assert.NotNull(run.UpdatedAt);
        Assert.Null(run.FinishedAt);
        Assert.Null(run.Duration);
    }

    [Fact]
    public async Task A_failed_run_gives_its_reason_in_one_printable_line()
    {
        var id = await tenant.RunAsync(
            PipelineVendor.Prophecy,
            new { status = "ERROR", message = "line one\n##vso[task.complete]line two" }
        );

        var run = await Connection.ReadAsync(id);

        Assert.Equal("line one # #vso[task.complete]line two", run.Message);
        Assert.Equal(1, run.ExitCode);
    }

    [Theory]
    [InlineData("\"33290\"", "\"41459\"")]
    [InlineData("33290", "41459")]
    public async Task Ids_may_be_strings_or_numbers(string fabric, string project)
    {
        await tenant.AnswerAsync(
            "prophecy",
            "status",
            200,
            $$"""{"success":true,"runId":7,"runStatus":"RUNNING","fabricId":{{fabric}},"projectId":{{project}}}"""
        );

        var run = await Connection.ReadAsync("7");

        Assert.Equal(("33290", "41459"), (run.Details["FabricId"], run.Details["ProjectId"]));
        Assert.EndsWith(
            "/prophecy/metadata/ide/observation?observationTab=run-history&prFabricId=33290&prProjectId=41459",
            run.Url,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("MDAw-xZGYzYzc3LTYzdsSdfx--LTQ3NTQ1ZYjI2Mw==", "/MDAw-xZGYzYzc3LTYzdsSdfx--LTQ3NTQ1ZYjI2Mw%3D%3D")]
    [InlineData("../admin?x=1#y", "/..%2Fadmin%3Fx%3D1%23y")]
    [InlineData("a+b&c%2F", "/a%2Bb%26c%252F")]
    public async Task A_run_id_is_escaped_as_one_segment_of_the_address(string id, string segment)
    {
        await tenant.AnswerAsync("prophecy", "status", 200, """{"success":true,"runStatus":"RUNNING"}""");

        Assert.Equal(id, (await Connection.ReadAsync(id)).RunId);

        Assert.EndsWith("/api/trigger/pipeline" + segment, Assert.Single(await tenant.RequestsAsync()).Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("two words")]
    [InlineData("line\nbreak")]
    public async Task A_text_that_cannot_be_a_run_id_is_refused_before_anything_is_sent(string id)
    {
        await Connection.ReadAsync(id).FailsAsync(PipelineErrorId.InvalidInput);

        Assert.Equal(0, await tenant.CallsAsync("prophecy"));
    }

    [Fact]
    public async Task A_run_that_the_vendor_does_not_know_is_not_found()
    {
        var error = await Connection.ReadAsync("no-such-run==").FailsAsync(PipelineErrorId.RunNotFound);

        Assert.Contains("no-such-run==", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "PipelineRun with uid `x` not found", PipelineErrorId.RunNotFound)]
    [InlineData(200, "Run does not exist", PipelineErrorId.RunNotFound)]
    [InlineData(200, "no such run", PipelineErrorId.RunNotFound)]
    [InlineData(404, "gone", PipelineErrorId.RunNotFound)]
    [InlineData(200, "metadata service is busy", PipelineErrorId.InvalidResponse)]
    [InlineData(400, "metadata service is busy", PipelineErrorId.InvalidResponse)]
    public async Task A_read_that_is_refused_is_of_an_unknown_run_only_when_the_vendor_says_so(int status, string message, string errorId)
    {
        await tenant.AnswerAsync("prophecy", "status", status, $$"""{"success":false,"msg":"{{message}}"}""");

        var error = await Connection.ReadAsync("x").FailsAsync(errorId);

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "<html>Sign in</html>")]
    [InlineData(200, "{}")]
    [InlineData(200, "")]
    [InlineData(404, "<h1>Action Not Found</h1>")]
    public async Task An_answer_that_is_not_the_vendors_is_no_status(int status, string answer)
    {
        await tenant.AnswerAsync("prophecy", "status", status, answer, contentType: "text/html");

        var error = await Connection.ReadAsync("x").FailsAsync(PipelineErrorId.InvalidResponse);

        Assert.Contains("-BaseUri", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_vendor_does_not_tell_stays_as_it_was_known()
    {
        var run = await Connection.TriggerAsync();
        await tenant.AnswerAsync("prophecy", "status", 200, """{"success":true,"runStatus":"SUCCEEDED"}""");

        var seen = await Connection.ReadAsync(run);

        Assert.Equal((run.RunId, run.Pipeline, run.CreatedAt, run.Url), (seen.RunId, seen.Pipeline, seen.CreatedAt, seen.Url));
    }
}
