using System.Text;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Vendors.Mage;

public sealed class MageSignInTests(EmulatorProcess emulator) : IAsyncLifetime
{
    private readonly Tenant tenant = emulator.NewTenant();
    private string run = "";

    public async ValueTask InitializeAsync()
    {
        await tenant.RequireMageSignInAsync();
        run = await tenant.RunAsync(PipelineVendor.Mage, new { status = "running" });
    }

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task An_email_and_a_password_become_a_session_for_all_calls()
    {
        using var connection = tenant.Connect(PipelineVendor.Mage, Sample.MageUser);

        await connection.ReadAsync(run);
        await connection.TriggerAsync();

        Assert.Equal(1, await tenant.CallsAsync("mage", "session"));
        var read = Assert.Single(await tenant.RequestsAsync("status"));
        Assert.Contains("X-API-KEY", read.Headers, StringComparer.OrdinalIgnoreCase);
        Assert.Contains("OAUTH-TOKEN", read.Headers, StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Callers_at_the_same_time_share_the_sign_in()
    {
        using var connection = tenant.Connect(PipelineVendor.Mage, Sample.MageUser);

        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => connection.ReadAsync(run)));

        Assert.Equal(1, await tenant.CallsAsync("mage", "session"));
    }

    [Fact]
    public async Task A_session_token_is_taken_in_its_JWT()
    {
        using var connection = tenant.Connect(PipelineVendor.Mage, new(null, await tenant.MageSessionAsync()));

        Assert.Equal(PipelineRunStatus.Running, (await connection.ReadAsync(run)).Status);
    }

    [Fact]
    public async Task A_session_token_is_taken_as_it_is()
    {
        using var connection = tenant.Connect(PipelineVendor.Mage, new(null, Inner(await tenant.MageSessionAsync())));

        Assert.Equal(PipelineRunStatus.Running, (await connection.ReadAsync(run)).Status);
    }

    [Theory]
    [InlineData("no-such-session")]
    [InlineData("three.dots.only")]
    [InlineData("a.e30.c")]
    [InlineData("a.bm9KU09O.c")]
    public async Task A_token_that_is_no_session_is_refused_by_the_server(string token)
    {
        using var connection = tenant.Connect(PipelineVendor.Mage, new(null, token));

        await connection.ReadAsync(run).FailsAsync(PipelineErrorId.AuthenticationFailed);

        Assert.Equal(0, await tenant.CallsAsync("mage", "session"));
    }

    [Fact]
    public async Task An_expired_session_is_renewed_once()
    {
        using var connection = tenant.Connect(PipelineVendor.Mage, Sample.MageUser);
        await connection.ReadAsync(run);
        await tenant.PostAsync("expire");

        await connection.ReadAsync(run);

        Assert.Equal(2, await tenant.CallsAsync("mage", "session"));
    }

    [Fact]
    public async Task An_expired_session_is_renewed_once_for_all_callers()
    {
        using var connection = tenant.Connect(PipelineVendor.Mage, Sample.MageUser);
        await connection.ReadAsync(run);
        await tenant.PostAsync("expire");

        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => connection.ReadAsync(run)));

        Assert.Equal(2, await tenant.CallsAsync("mage", "session"));
    }

    [Fact]
    public async Task A_trigger_that_met_an_expired_session_is_sent_again_and_runs_once()
    {
        using var connection = tenant.Connect(PipelineVendor.Mage, Sample.MageUser);
        await connection.TriggerAsync();
        await tenant.PostAsync("expire");

        await connection.TriggerAsync();

        Assert.Equal(2, await tenant.RunsCreatedAsync(PipelineVendor.Mage));
        Assert.Equal(3, await tenant.CallsAsync("mage", "trigger"));
    }

    [Fact]
    public async Task A_session_that_is_refused_after_its_renewal_is_an_error()
    {
        await tenant.AnswerAsync("mage", "status", 401, MageShapes.Error(401, "expired_oauth_token"));
        using var connection = tenant.Connect(PipelineVendor.Mage, Sample.MageUser);

        await connection.ReadAsync(run).FailsAsync(PipelineErrorId.AuthenticationFailed);

        Assert.Equal(2, await tenant.CallsAsync("mage", "status"));
        Assert.Equal(2, await tenant.CallsAsync("mage", "session"));
    }

    [Fact]
    public async Task A_session_is_renewed_before_its_thirty_days_are_over()
    {
        using var connection = tenant.Connect(PipelineVendor.Mage, Sample.MageUser);
        await connection.ReadAsync(run);
        connection.Clock.Advance(TimeSpan.FromDays(28));
        await connection.ReadAsync(run);
        Assert.Equal(1, await tenant.CallsAsync("mage", "session"));

        connection.Clock.Advance(TimeSpan.FromDays(1));
        await connection.ReadAsync(run);
        Assert.Equal(2, await tenant.CallsAsync("mage", "session"));
    }

    [Theory]
    [InlineData("""{"session":{"oauth_token":"s3cr3t-session"}}""")]
    [InlineData("""{"token":"s3cr3t-session"}""")]
    [InlineData("""{"session":{"token":{"value":"s3cr3t-session"}}}""")]
    [InlineData("s3cr3t-session")]
    public async Task An_answer_to_the_sign_in_that_is_not_understood_is_not_shown(string body)
    {
        await tenant.AnswerAsync("mage", "session", 200, body);
        using var connection = tenant.Connect(PipelineVendor.Mage, Sample.MageUser);

        var error = await connection.ReadAsync(run).FailsAsync(PipelineErrorId.InvalidResponse);

        Assert.DoesNotContain("s3cr3t", error.Message + connection.Told.Everything, StringComparison.Ordinal);
        Assert.Contains("HTTP 200", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_given_session_that_has_expired_is_an_error()
    {
        using var connection = tenant.Connect(PipelineVendor.Mage, new(null, await tenant.MageSessionAsync()));
        await tenant.PostAsync("expire");

        var error = await connection.ReadAsync(run).FailsAsync(PipelineErrorId.AuthenticationFailed);

        Assert.Contains("expired_oauth_token", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await tenant.CallsAsync("mage", "status"));
    }

    [Fact]
    public async Task A_wrong_password_is_told_as_such_although_the_server_says_404()
    {
        using var connection = tenant.Connect(PipelineVendor.Mage, new(Sample.MageEmail, "wrong-password"));

        var error = await connection.ReadAsync(run).FailsAsync(PipelineErrorId.AuthenticationFailed);

        Assert.Contains(Sample.MageEmail, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-password", error + connection.Told.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_session_the_error_says_what_to_connect_with()
    {
        using var connection = tenant.Connect(PipelineVendor.Mage);

        var error = await connection.TriggerAsync().FailsAsync(PipelineErrorId.AuthenticationFailed);

        Assert.Contains("-Credential (e-mail and password)", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await tenant.CallsAsync("mage", "trigger"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Sample.MageEmail)]
    public async Task The_public_API_key_given_as_a_credential_is_refused_with_what_it_is(string? user)
    {
        Action connect = () => tenant.Connect(PipelineVendor.Mage, new Credential(user, Sample.MageApiKey)).Dispose();

        Assert.Contains("Mage's public API key", connect.Fails(PipelineErrorId.InvalidInput).Message, StringComparison.Ordinal);
        Assert.Equal(0, await tenant.CallsAsync("mage"));
    }

    [Fact]
    public async Task A_sign_in_answered_by_a_server_that_is_not_Mage_says_so()
    {
        await tenant.AnswerAsync("mage", "session", 200, "<html>Welcome</html>");
        using var connection = tenant.Connect(PipelineVendor.Mage, Sample.MageUser);

        await connection.ReadAsync(run).FailsAsync(PipelineErrorId.InvalidResponse);
    }

    [Fact]
    public async Task A_session_is_shown_nowhere_even_if_the_server_echoes_it()
    {
        var session = Inner(await tenant.MageSessionAsync());
        await tenant.AnswerAsync("mage", "status", 200, MageShapes.Exception($"[parameters: ('{session}',)]"));
        using var connection = tenant.Connect(PipelineVendor.Mage, new(null, session));

        var error = await connection.ReadAsync(run).FailsAsync(PipelineErrorId.InvalidResponse);

        Assert.Contains("[parameters: ('***',)]", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(session, error + connection.Told.Everything, StringComparison.Ordinal);
    }

    private static string Inner(string jwt)
    {
        var payload = jwt.Split('.')[1].Replace('-', '+').Replace('_', '/');
        var json = Encoding.UTF8.GetString(Convert.FromBase64String(payload.PadRight((payload.Length + 3) / 4 * 4, '=')));
        return System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("token").GetString()!;
    }
}
