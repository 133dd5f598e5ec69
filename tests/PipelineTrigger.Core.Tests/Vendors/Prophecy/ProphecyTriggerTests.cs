using System.Globalization;
using System.Text.Json;
using PipelineTrigger.Core.Ledger.FileSystem;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Vendors.Prophecy;

public sealed class ProphecyTriggerTests(EmulatorProcess emulator) : IDisposable
{
    private readonly Tenant tenant = emulator.NewTenant();
    private Connected? connected;

    private Connected Connection => connected ??= tenant.Connect(PipelineVendor.Prophecy);

    public void Dispose() => connected?.Dispose();

    [Fact]
    public async Task A_trigger_is_one_POST_with_the_token_in_X_AUTH_TOKEN()
    {
        await tenant.SetAsync("auth", new { prophecyToken = Sample.ProphecyToken });

        await Connection.TriggerAsync();

        var request = Assert.Single(await tenant.RequestsAsync());
        Assert.Equal("POST", request.Method);
        Assert.EndsWith("/prophecy/api/trigger/pipeline", request.Path, StringComparison.Ordinal);
        Assert.Equal("application/json", request.ContentType);
        Assert.Contains("X-AUTH-TOKEN", request.Headers, StringComparer.OrdinalIgnoreCase);
        Assert.Equal(1, await tenant.RunsCreatedAsync(PipelineVendor.Prophecy));
    }

    [Fact]
    public async Task Two_triggers_are_two_runs()
    {
        var first = await Connection.TriggerAsync();
        var second = await Connection.TriggerAsync();

        Assert.NotEqual(first.RunId, second.RunId);
        Assert.Equal(2, await tenant.RunsCreatedAsync(PipelineVendor.Prophecy));
    }

    [Fact]
    public async Task What_was_not_given_is_left_out_of_the_body()
    {
        await Connection.TriggerAsync(
            new Dictionary<string, object?>
            {
                ["FabricId"] = "33290",
                ["ProjectId"] = 41459,
                ["PipelineName"] = "bakehouse",
                ["Branch"] = "",
                ["Version"] = null,
                ["ProcessName"] = " ",
                ["Parameters"] = null,
            }
        );

        Assert.Equal(
            """{"fabricId":33290,"pipelineName":"bakehouse","projectId":"41459"}""",
            (await tenant.ReceivedAsync(PipelineVendor.Prophecy)).GetRawText()
        );
    }

    [Fact]
    public async Task What_was_given_is_sent_as_text()
    {
        await Connection.TriggerAsync(
            new Dictionary<string, object?>
            {
                ["FabricId"] = 33290L,
                ["ProjectId"] = "41459",
                ["PipelineName"] = "bakehouse",
                ["Branch"] = "dev",
                ["Version"] = 2,
                ["ProcessName"] = "franchise_reviews",
                ["Parameters"] = new Dictionary<string, object?> { ["franchise_id"] = "3000007" },
            }
        );

        Assert.Equal(
            """{"fabricId":33290,"pipelineName":"bakehouse","projectId":"41459","parameters":"""
                + """{"franchise_id":"3000007"},"branch":"dev","version":"2","processName":"franchise_reviews"}""",
            (await tenant.ReceivedAsync(PipelineVendor.Prophecy)).GetRawText()
        );
    }

    /// <summary>The values by what they must become.</summary>
    public static TheoryData<string> ParameterTexts => [.. Parameters.Keys];

    private static Dictionary<string, object> Parameters { get; } =
        new()
        {
            ["plain text"] = "plain text",
            ["true"] = true,
            ["false"] = false,
            ["42"] = 42,
            ["-9223372036854775808"] = long.MinValue,
            ["1.5"] = 1.5,
            ["0.1"] = 0.1f,
            ["1234567.89"] = 1234567.89m,
            ["12345678901234567890.10"] = new JsonNumber("12345678901234567890.10"),
            ["2026-11-22T07:30:50Z"] = new DateTime(2026, 11, 22, 7, 30, 50, DateTimeKind.Utc),
            ["2026-11-22T07:30:50.1234567"] = new DateTime(2026, 11, 22, 7, 30, 50, DateTimeKind.Unspecified).AddTicks(1234567),
            ["2026-11-22T07:30:50.5+02:00"] = new DateTimeOffset(2026, 11, 22, 7, 30, 50, 500, TimeSpan.FromHours(2)),
            ["""{"schema":"public","limits":[1,2.5,null]}"""] = new Dictionary<string, object?>
            {
                ["schema"] = "public",
                ["limits"] = new List<object?> { 1, 2.5, null },
            },
            ["""["a",true]"""] = new List<object?> { "a", true },
        };

    [Theory]
    [MemberData(nameof(ParameterTexts))]
    public async Task A_parameter_of_any_type_becomes_the_same_text_in_every_culture(string text)
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.DateTimeFormat.DateSeparator = "/";
        culture.DateTimeFormat.TimeSeparator = ".";
        CultureInfo.CurrentCulture = culture;

        var fields = Sample.Fields(PipelineVendor.Prophecy);
        fields["Parameters"] = new Dictionary<string, object?> { ["value"] = Parameters[text] };
        await Connection.TriggerAsync(fields);

        var sent = (await tenant.ReceivedAsync(PipelineVendor.Prophecy)).GetProperty("parameters").GetProperty("value");
        Assert.Equal(text, sent.GetString());
    }

    [Fact]
    public async Task A_parameter_that_is_null_is_left_out()
    {
        var fields = Sample.Fields(PipelineVendor.Prophecy);
        fields["Parameters"] = """{"none":null,"blank":"","kept":1}""";
        await Connection.TriggerAsync(fields);

        Assert.Equal(
            """{"blank":"","kept":"1"}""",
            (await tenant.ReceivedAsync(PipelineVendor.Prophecy)).GetProperty("parameters").GetRawText()
        );
    }

    [Fact]
    public async Task A_run_is_described_as_soon_as_it_is_triggered()
    {
        var run = await Connection.TriggerAsync();

        Assert.Equal(
            (PipelineVendor.Prophecy, "nightly", "bakehouse", PipelineRunStatus.Running),
            (run.Vendor, run.Connection, run.Pipeline, run.Status)
        );
        Assert.Equal(tenant.BaseUri(PipelineVendor.Prophecy).AbsoluteUri, run.BaseUri);
        Assert.Equal(Connection.Clock.GetUtcNow().UtcDateTime, run.CreatedAt);
        Assert.Equal($"{run.BaseUri}/metadata/ide/observation?observationTab=run-history&prFabricId=33290&prProjectId=41459", run.Url);
        Assert.Null(run.FinishedAt);
        Assert.Null(run.ExitCode);
    }

    [Fact]
    public async Task A_run_id_that_is_a_number_is_taken_as_text()
    {
        await tenant.AnswerAsync("prophecy", "trigger", 200, """{"success":true,"runId":9007199254740993}""");

        Assert.Equal("9007199254740993", (await Connection.TriggerAsync()).RunId);
    }

    [Fact]
    public async Task A_trigger_refused_with_200_fails_with_the_readable_part_first_and_the_raw_text()
    {
        var fields = Sample.Fields(PipelineVendor.Prophecy);
        fields["FabricId"] = 2290;

        var error = await Connection.TriggerAsync(fields).FailsAsync(PipelineErrorId.TriggerRejected);

        Assert.StartsWith(
            "Prophecy refused the trigger: Fabric with uid `2290` not found (in full: error in triggering pipeline: "
                + "Success(Left(sdl.md.client.package$MetadataException: Fabric with uid `2290` not found)) (of class "
                + "scala.util.Success)). No run was created.",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(1, await tenant.CallsAsync("prophecy", "trigger"));
        Assert.Equal(0, await tenant.RunsCreatedAsync(PipelineVendor.Prophecy));
    }

    [Theory]
    [InlineData("""{"success":false,"msg":"Quota exceeded"}""", "refused the trigger: Quota exceeded.")]
    [InlineData("""{"success":false,"runId":"abc","msg":"Quota exceeded"}""", "refused the trigger: Quota exceeded.")]
    [InlineData("""{"success":false,"msg":{"code":7}}""", """refused the trigger: {"code":7}.""")]
    [InlineData("""{"success":false}""", "it gave no reason (HTTP 200")]
    public async Task A_trigger_that_did_not_succeed_is_refused(string answer, string reason)
    {
        await tenant.AnswerAsync("prophecy", "trigger", 200, answer);

        var error = await Connection.TriggerAsync().FailsAsync(PipelineErrorId.TriggerRejected);

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("No run was created.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, PipelineErrorId.TriggerRejected)]
    [InlineData(401, PipelineErrorId.AuthenticationFailed)]
    [InlineData(403, PipelineErrorId.AccessDenied)]
    [InlineData(404, PipelineErrorId.TriggerRejected)]
    public async Task A_trigger_that_is_refused_with_a_status_says_why_and_that_no_run_was_created(int status, string errorId)
    {
        await tenant.AnswerAsync("prophecy", "trigger", status, """{"success":false,"msg":"Not for you"}""");

        var error = await Connection.TriggerAsync().FailsAsync(errorId);

        Assert.Contains("Not for you", error.Message, StringComparison.Ordinal);
        Assert.Contains("No run was created.", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await tenant.CallsAsync("prophecy", "trigger"));
    }

    [Theory]
    [InlineData(200, "<html>Welcome</html>")]
    [InlineData(200, "")]
    [InlineData(200, "[]")]
    [InlineData(200, "null")]
    [InlineData(200, "{}")]
    [InlineData(200, """{"success":true}""")]
    [InlineData(200, """{"success":true,"msg":"Quota exceeded"}""")]
    [InlineData(200, """{"success":true,"runId":""}""")]
    [InlineData(200, """{"success":true,"runId":null}""")]
    [InlineData(200, """{"success":true,"runId":"a\nb"}""")]
    [InlineData(200, """{"success":"false"}""")]
    [InlineData(200, """{"success":null,"msg":"Quota exceeded"}""")]
    [InlineData(200, """{"runId":"abc"}""")]
    [InlineData(200, """{"error":"busy"}""")]
    [InlineData(202, """{"status":"accepted"}""")]
    [InlineData(400, """{"success":true,"runId":"abc"}""")]
    public async Task An_answer_that_names_no_run_and_no_refusal_leaves_the_key_in_doubt(int status, string answer)
    {
        await tenant.AnswerAsync("prophecy", "trigger", status, answer, count: 1);
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"ledger-{Guid.NewGuid():N}"));
        try
        {
            using var keyed = tenant.Connect(PipelineVendor.Prophecy, ledger: time => new DirectoryLedgerStore(folder.FullName, time));

            var error = await keyed.TriggerAsync(terms: new() { Key = "night" }).FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);
            await keyed.TriggerAsync(terms: new() { Key = "night" }).FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

            Assert.DoesNotContain("No run was created", error.Message, StringComparison.Ordinal);
            Assert.Equal(1, await tenant.CallsAsync("prophecy", "trigger"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_wrong_token_is_refused_and_shown_nowhere()
    {
        await tenant.SetAsync("auth", new { prophecyToken = "another-token" });

        var error = await Connection.TriggerAsync().FailsAsync(PipelineErrorId.AuthenticationFailed);

        Assert.DoesNotContain(Sample.ProphecyToken, error + Connection.Told.Everything, StringComparison.Ordinal);
        Assert.Equal(0, await tenant.RunsCreatedAsync(PipelineVendor.Prophecy));
    }
}
