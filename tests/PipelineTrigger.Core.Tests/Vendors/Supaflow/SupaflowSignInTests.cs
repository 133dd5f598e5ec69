using System.Text.Json;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Time;
using PipelineTrigger.Core.Vendors;

namespace PipelineTrigger.Core.Tests.Vendors.Supaflow;

public sealed class SupaflowSignInTests(EmulatorProcess emulator) : IAsyncLifetime
{
    private readonly Tenant tenant = emulator.NewTenant();
    private string run = "";

    public async ValueTask InitializeAsync() => run = await tenant.RunAsync(PipelineVendor.Supaflow, new { status = "running" });

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task The_key_is_exchanged_for_a_token_that_goes_along_with_the_anon_key()
    {
        await tenant.SetAsync("auth", new { supaflowKey = Sample.SupaflowKey });
        using var connection = tenant.Connect(PipelineVendor.Supaflow);

        await connection.ReadAsync(run);

        var requests = await tenant.RequestsAsync();
        Assert.Equal(
            [("POST", "/supaflow/api/cli/bootstrap"), ("GET", "/supabase/rest/v1/jobs")],
            requests.Select(r => (r.Method, BelowTenant(r)))
        );
        Assert.Contains("apikey", requests[1].Headers, StringComparer.OrdinalIgnoreCase);
        Assert.Contains("Authorization", requests[1].Headers, StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Fifty_callers_at_the_same_time_share_one_bootstrap()
    {
        using var connection = tenant.Connect(PipelineVendor.Supaflow);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => i % 2 == 0 ? connection.ReadAsync(run) : connection.TriggerAsync()));

        Assert.Equal(1, await tenant.CallsAsync("supaflow", "bootstrap"));
        Assert.Equal(25, await tenant.RunsCreatedAsync(PipelineVendor.Supaflow));
    }

    [Theory]
    [InlineData(3600, 3539, 1)]
    [InlineData(3600, 3540, 2)]
    [InlineData(600, 539, 1)]
    [InlineData(600, 540, 2)]
    [InlineData(90, 44, 1)]
    [InlineData(90, 45, 2)]
    public async Task A_token_is_renewed_a_minute_before_its_time_or_half_way_if_it_is_short(int ttlSeconds, int passed, int bootstraps)
    {
        await tenant.SetAsync("auth", new { supaflowTtlSeconds = ttlSeconds });
        using var connection = tenant.Connect(PipelineVendor.Supaflow);
        await connection.ReadAsync(run);

        connection.Clock.Advance(TimeSpan.FromSeconds(passed));
        await connection.ReadAsync(run);

        Assert.Equal(bootstraps, await tenant.CallsAsync("supaflow", "bootstrap"));
    }

    [Fact]
    public async Task The_servers_own_clock_does_not_matter()
    {
        await tenant.AnswerAsync(
            "supaflow",
            "bootstrap",
            200,
            Bootstrap(tenant.BaseUri("supabase").AbsoluteUri, expiresAt: "2001-01-01T00:00:00.000Z")
        );
        await tenant.AnswerAsync("supaflow", "status", 200, "[]");
        using var connection = tenant.Connect(PipelineVendor.Supaflow);

        await connection.ReadAsync(run).FailsAsync(PipelineErrorId.RunNotFound);
        await connection.ReadAsync(run).FailsAsync(PipelineErrorId.RunNotFound);

        Assert.Equal(1, await tenant.CallsAsync("supaflow", "bootstrap"));
    }

    [Fact]
    public async Task A_token_that_is_refused_is_renewed_once_for_all_callers()
    {
        using var connection = tenant.Connect(PipelineVendor.Supaflow);
        await connection.ReadAsync(run);
        await tenant.PostAsync("expire");

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => connection.ReadAsync(run)));

        Assert.Equal(2, await tenant.CallsAsync("supaflow", "bootstrap"));
    }

    [Fact]
    public async Task A_trigger_whose_token_was_refused_is_sent_again_and_runs_once()
    {
        using var connection = tenant.Connect(PipelineVendor.Supaflow);
        await connection.ReadAsync(run);
        await tenant.PostAsync("expire");

        await connection.TriggerAsync();

        Assert.Equal(2, await tenant.CallsAsync("supaflow", "trigger"));
        Assert.Equal(1, await tenant.RunsCreatedAsync(PipelineVendor.Supaflow));
    }

    [Theory]
    [InlineData("")]
    [InlineData("AK_upper")]
    [InlineData("sk_live_x")]
    [InlineData(" ak_blank")]
    public async Task A_key_that_does_not_start_with_ak_is_refused_before_anything_is_sent(string key)
    {
        Action connect = () => tenant.Connect(PipelineVendor.Supaflow, new Credential(null, key)).Dispose();

        Assert.Contains("'ak_'", connect.Fails(PipelineErrorId.InvalidInput).Message, StringComparison.Ordinal);
        Assert.Equal(0, await tenant.CallsAsync("supaflow"));
    }

    [Fact]
    public async Task A_key_that_is_not_accepted_is_an_error_and_shown_nowhere()
    {
        await tenant.SetAsync("auth", new { supaflowKey = "ak_another" });
        using var connection = tenant.Connect(PipelineVendor.Supaflow);

        var error = await connection.TriggerAsync().FailsAsync(PipelineErrorId.AuthenticationFailed);

        Assert.DoesNotContain(Sample.SupaflowKey, error + connection.Told.Everything, StringComparison.Ordinal);
        Assert.Equal(0, await tenant.CallsAsync("supaflow", "trigger"));
    }

    [Theory]
    [InlineData("http://data.example.com")]
    [InlineData("http://10.0.0.1:8000/")]
    [InlineData("ftp://data.example.com")]
    [InlineData("https://user:word@data.example.com")]
    [InlineData("data.example.com")]
    public async Task A_data_address_that_is_neither_https_nor_loopback_is_refused(string address)
    {
        await tenant.AnswerAsync("supaflow", "bootstrap", 200, Bootstrap(address));
        using var connection = tenant.Connect(PipelineVendor.Supaflow);

        var error = await connection.TriggerAsync().FailsAsync(PipelineErrorId.InsecureEndpoint);

        Assert.Contains("which must use https", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("<html>Welcome</html>")]
    [InlineData("""{"token":"t-0123456789","supabase_url":"https://data.example.com"}""")]
    [InlineData("""{"token":"","supabase_url":"https://data.example.com","supabase_anon_key":"k"}""")]
    public async Task A_bootstrap_that_lacks_what_is_needed_says_to_look_at_the_base_address(string answer)
    {
        await tenant.AnswerAsync("supaflow", "bootstrap", 200, answer);
        using var connection = tenant.Connect(PipelineVendor.Supaflow);

        var error = await connection.TriggerAsync().FailsAsync(PipelineErrorId.InvalidResponse);

        Assert.Contains("-BaseUri", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bootstrap_that_cannot_be_answered_is_repeated()
    {
        await tenant.AnswerAsync("supaflow", "bootstrap", 502, "", count: 2);
        using var connection = tenant.Connect(PipelineVendor.Supaflow);

        await connection.TriggerAsync();

        Assert.Equal(3, await tenant.CallsAsync("supaflow", "bootstrap"));
        Assert.Equal(1, await tenant.RunsCreatedAsync(PipelineVendor.Supaflow));
    }

    [Fact]
    public async Task A_token_is_shown_nowhere_even_if_the_server_echoes_it()
    {
        const string Token = "token-to-be-kept-0123456789";
        await tenant.AnswerAsync("supaflow", "bootstrap", 200, Bootstrap(tenant.BaseUri("supabase").AbsoluteUri, token: Token));
        await tenant.AnswerAsync("supaflow", "trigger", 400, $$"""{"code":"P0001","message":"no pipeline for {{Token}}"}""");
        using var connection = tenant.Connect(PipelineVendor.Supaflow);

        var error = await connection.TriggerAsync().FailsAsync(PipelineErrorId.TriggerRejected);

        Assert.Contains("no pipeline for ***", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, error + connection.Told.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_names_of_the_vendors_own_tools_are_honoured()
    {
        var vendor = VendorCatalog.Get(PipelineVendor.Supaflow);

        Assert.Equal(("SUPAFLOW_APP_URL", "SUPAFLOW_API_KEY"), (vendor.BaseUriVariable, vendor.TokenVariable));
        Assert.Equal("https://app.supa-flow.io/", vendor.DefaultBaseUri?.AbsoluteUri);
    }

    private static string Bootstrap(string address, string token = "token-0123456789", string? expiresAt = null) =>
        JsonSerializer.Serialize(
            new
            {
                token,
                supabase_url = address,
                supabase_anon_key = "anon-key-0123456789",
                region = "us",
                ttl_seconds = 3600,
                expires_at = expiresAt,
            }
        );

    private static string BelowTenant(Request request) => request.Path.Split('?')[0].Substring(request.Path.IndexOf('/', 1));
}
