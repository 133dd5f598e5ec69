using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Vendors.Supaflow;

/// <summary>PostgREST's errors against a trigger: whether the statement can have taken effect decides.</summary>
public sealed class SupaflowTriggerErrorTests(EmulatorProcess emulator)
{
    private const int Once = 1;
    private const int RenewedAndRepeated = 2;
    private const int Repeated = 5;

    private readonly Tenant tenant = emulator.NewTenant();

    [Theory]
    [InlineData(401, "PGRST301", PipelineErrorId.AuthenticationFailed, RenewedAndRepeated)]
    [InlineData(401, "PGRST302", PipelineErrorId.AuthenticationFailed, RenewedAndRepeated)]
    [InlineData(401, "PGRST303", PipelineErrorId.AuthenticationFailed, RenewedAndRepeated)]
    [InlineData(401, "any", PipelineErrorId.AuthenticationFailed, RenewedAndRepeated)]
    [InlineData(401, null, PipelineErrorId.AuthenticationFailed, RenewedAndRepeated)]
    [InlineData(403, "42501", PipelineErrorId.AccessDenied, Once)]
    [InlineData(403, null, PipelineErrorId.AccessDenied, Once)]
    [InlineData(404, "PGRST202", PipelineErrorId.TriggerRejected, Once)]
    [InlineData(404, "42883", PipelineErrorId.TriggerRejected, Once)]
    [InlineData(404, "42P01", PipelineErrorId.TriggerRejected, Once)]
    [InlineData(404, null, PipelineErrorId.TriggerRejected, Once)]
    [InlineData(400, "P0001", PipelineErrorId.TriggerRejected, Once)]
    [InlineData(400, "22P02", PipelineErrorId.TriggerRejected, Once)]
    [InlineData(409, "23505", PipelineErrorId.TriggerRejected, Once)]
    [InlineData(415, "PGRST107", PipelineErrorId.TriggerRejected, Once)]
    [InlineData(402, "PT402", PipelineErrorId.TriggerRejected, Once)]
    [InlineData(402, null, PipelineErrorId.TriggerRejected, Once)]
    [InlineData(503, "PT503", PipelineErrorId.TriggerRejected, Once)]
    [InlineData(408, "PT408", PipelineErrorId.TriggerRejected, Once)]
    [InlineData(503, "PGRST000", PipelineErrorId.VendorUnavailable, Repeated)]
    [InlineData(503, "PGRST002", PipelineErrorId.VendorUnavailable, Repeated)]
    [InlineData(504, "PGRST003", PipelineErrorId.VendorUnavailable, Repeated)]
    [InlineData(500, "57014", PipelineErrorId.VendorUnavailable, Repeated)]
    [InlineData(500, "40001", PipelineErrorId.VendorUnavailable, Repeated)]
    [InlineData(500, "53300", PipelineErrorId.VendorUnavailable, Repeated)]
    [InlineData(503, "53300", PipelineErrorId.VendorUnavailable, Repeated)]
    [InlineData(500, "53400", PipelineErrorId.VendorUnavailable, Repeated)]
    [InlineData(500, "XX000", PipelineErrorId.VendorUnavailable, Repeated)]
    [InlineData(405, "25006", PipelineErrorId.VendorUnavailable, Repeated)]
    [InlineData(503, "PGRST001", PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(500, "PGRST000", PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(503, "08006", PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(500, "08P01", PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(400, "08003", PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(503, "57P01", PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(503, "57P03", PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(500, "40003", PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(408, null, PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(429, null, PipelineErrorId.RateLimited, Repeated)]
    [InlineData(500, null, PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(500, "unheard-of", PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(500, "ERROR", PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(500, "EPIPE", PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(500, "xx000", PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(500, "57014\\n", PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(502, "57014", PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(503, "57014", PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(504, "40001", PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(503, "53400", PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(502, "PT503", PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(500, "PT5xx", PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(502, null, PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(503, null, PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(504, null, PipelineErrorId.TriggerOutcomeUnknown, Once)]
    [InlineData(520, null, PipelineErrorId.TriggerOutcomeUnknown, Once)]
    public async Task An_error_is_repeated_only_if_nothing_can_have_run(int status, string? code, string errorId, int posts)
    {
        await tenant.AnswerAsync("supaflow", "trigger", status, Body(code));
        using var connection = tenant.Connect(PipelineVendor.Supaflow);

        var error = await connection.TriggerAsync().FailsAsync(errorId);

        Assert.Equal(posts, await tenant.CallsAsync("supaflow", "trigger"));
        Assert.Equal(errorId != PipelineErrorId.TriggerOutcomeUnknown, error.Message.Contains("No run was created"));
    }

    [Theory]
    [InlineData(57014)]
    [InlineData(40001)]
    [InlineData(53300)]
    public async Task A_number_is_no_code_of_PostgREST(int code)
    {
        await tenant.AnswerAsync("supaflow", "trigger", 500, $$"""{"code":{{code}},"message":"said so"}""");
        using var connection = tenant.Connect(PipelineVendor.Supaflow);

        await connection.TriggerAsync().FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.Equal(1, await tenant.CallsAsync("supaflow", "trigger"));
    }

    [Theory]
    [InlineData(401, "PGRST303")]
    [InlineData(503, "PGRST000")]
    [InlineData(503, "PGRST002")]
    [InlineData(504, "PGRST003")]
    [InlineData(500, "57014")]
    [InlineData(500, "40001")]
    [InlineData(503, "53300")]
    [InlineData(429, null)]
    public async Task An_error_that_passes_and_let_nothing_run_costs_nothing(int status, string? code)
    {
        await tenant.AnswerAsync("supaflow", "trigger", status, Body(code), count: 1);
        using var connection = tenant.Connect(PipelineVendor.Supaflow);

        await connection.TriggerAsync();

        Assert.Equal(2, await tenant.CallsAsync("supaflow", "trigger"));
        Assert.Equal(1, await tenant.RunsCreatedAsync(PipelineVendor.Supaflow));
    }

    [Fact]
    public async Task A_refusals_message_is_shown()
    {
        await tenant.AnswerAsync(
            "supaflow",
            "trigger",
            400,
            """{"code":"P0001","message":"Pipeline was archived","details":null,"hint":null}"""
        );
        using var connection = tenant.Connect(PipelineVendor.Supaflow);

        Assert.Contains(
            "Pipeline was archived",
            (await connection.TriggerAsync().FailsAsync(PipelineErrorId.TriggerRejected)).Message,
            StringComparison.Ordinal
        );
    }

    private static string Body(string? code) =>
        code is null ? "<html>Something</html>" : $$"""{"code":"{{code}}","message":"said so","details":null,"hint":null}""";
}
