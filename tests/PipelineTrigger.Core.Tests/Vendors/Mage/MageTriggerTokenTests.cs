using System.Security;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Vendors.Mage;

public sealed class MageTriggerTokenTests(EmulatorProcess emulator) : IDisposable
{
    private readonly Tenant tenant = emulator.NewTenant();
    private Connected? connected;

    private Connected Connection => connected ??= tenant.Connect(PipelineVendor.Mage, noTriggerId: true);

    public void Dispose() => connected?.Dispose();

    [Fact]
    public async Task A_trigger_token_travels_as_a_bearer_and_never_in_an_address()
    {
        await Connection.TriggerAsync(Fields(3, "trigger-token-3"));

        var request = Assert.Single(await tenant.RequestsAsync("trigger"));
        Assert.EndsWith("/api/pipeline_schedules/3/api_trigger", request.Path, StringComparison.Ordinal);
        Assert.Contains("Authorization", request.Headers, StringComparer.OrdinalIgnoreCase);
        Assert.Equal("bearer", Assert.Single(await tenant.RunsAsync(PipelineVendor.Mage)).GetProperty("form").GetString());
    }

    [Fact]
    public async Task A_run_triggered_by_a_token_is_described_like_any_other()
    {
        var run = await Connection.TriggerAsync(Fields(3, "trigger-token-3"));

        Assert.Equal(
            ("1", "quick_pipeline", PipelineRunStatus.Queued, "3"),
            (run.RunId, run.Pipeline, run.Status, run.Details["TriggerId"])
        );
    }

    [Fact]
    public async Task A_token_may_be_a_secure_string()
    {
        using var token = new SecureString();
        foreach (var c in "trigger-token-1")
        {
            token.AppendChar(c);
        }

        await Connection.TriggerAsync(Fields(1, token));

        Assert.Equal(1, await tenant.RunsCreatedAsync(PipelineVendor.Mage));
    }

    [Fact]
    public async Task Variables_are_sent_along()
    {
        var fields = Fields(1, "trigger-token-1");
        fields["Variables"] = """{"x":"hello"}""";
        await Connection.TriggerAsync(fields);

        Assert.Equal("""{"pipeline_run":{"variables":{"x":"hello"}}}""", (await tenant.ReceivedAsync(PipelineVendor.Mage)).GetRawText());
    }

    [Fact]
    public async Task A_trigger_token_suffices_with_authentication_on_and_gives_one_warning()
    {
        await tenant.RequireMageSignInAsync();

        await Connection.TriggerAsync(Fields(1, "trigger-token-1"));
        await Connection.TriggerAsync(Fields(1, "trigger-token-1"));

        Assert.Equal(2, await tenant.RunsCreatedAsync(PipelineVendor.Mage));
        Assert.Contains(
            "This connection cannot read whether Mage trigger 1 is active",
            Assert.Single(Connection.Told.Warnings),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_viewers_token_triggers()
    {
        await tenant.RequireMageSignInAsync(viewer: true);
        using var viewer = tenant.Connect(PipelineVendor.Mage, Sample.MageUser);

        await viewer.TriggerAsync(Fields(1, "trigger-token-1"));

        Assert.Equal(1, await tenant.RunsCreatedAsync(PipelineVendor.Mage));
        Assert.Empty(viewer.Told.Warnings);
    }

    [Fact]
    public async Task An_inactive_trigger_is_refused_and_stays_inactive()
    {
        await Connection.TriggerAsync(Fields(4, "trigger-token-4")).FailsAsync(PipelineErrorId.TriggerInactive);

        Assert.Equal(0, await tenant.CallsAsync("mage", "trigger"));
        Assert.Equal(0, await tenant.RunsCreatedAsync(PipelineVendor.Mage));
        Assert.Equal("inactive", Assert.Single(await Connection.ListAsync(), t => t.TriggerId == 4).State);
    }

    [Theory]
    [InlineData(1, "wrong-trigger-token", "the trigger token is wrong or missing")]
    [InlineData(5, "trigger-token-5", "only with triggers of the type API")]
    [InlineData(77, "trigger-token-77", "Mage has no trigger 77")]
    public async Task A_refused_token_says_why(int trigger, string token, string reason)
    {
        var error = await Connection.TriggerAsync(Fields(trigger, token)).FailsAsync(PipelineErrorId.TriggerRejected);

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await tenant.RunsCreatedAsync(PipelineVendor.Mage));
    }

    [Fact]
    public async Task An_unknown_trigger_that_could_not_be_looked_up_is_refused_by_its_text()
    {
        await tenant.RequireMageSignInAsync();

        var error = await Connection.TriggerAsync(Fields(77, "trigger-token-77")).FailsAsync(PipelineErrorId.TriggerRejected);

        Assert.Contains("no trigger has this id. No run was created.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_shown_nowhere_even_if_the_server_echoes_it()
    {
        await tenant.AnswerAsync("mage", "trigger", 200, MageShapes.Exception("no such row: token='trigger-token-1'"));

        var error = await Connection.TriggerAsync(Fields(1, "trigger-token-1")).FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.Contains("token='***'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("trigger-token", error + Connection.Told.Everything, StringComparison.Ordinal);
    }

    private static Dictionary<string, object?> Fields(int trigger, object token) =>
        new() { ["TriggerId"] = trigger, ["TriggerToken"] = token };
}
