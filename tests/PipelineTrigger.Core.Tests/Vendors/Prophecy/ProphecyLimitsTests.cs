using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Vendors;

namespace PipelineTrigger.Core.Tests.Vendors.Prophecy;

/// <summary>What Prophecy's API does not have, and what stands in for it.</summary>
public sealed class ProphecyLimitsTests(EmulatorProcess emulator) : IDisposable
{
    private readonly Tenant tenant = emulator.NewTenant();
    private Connected? connected;

    private Connected Connection => connected ??= tenant.Connect(PipelineVendor.Prophecy);

    public void Dispose() => connected?.Dispose();

    [Fact]
    public async Task A_stop_says_plainly_that_there_is_none_and_where_to_cancel_instead()
    {
        var run = await Connection.TriggerAsync();

        var error = await Connection.StopAsync(run).FailsAsync(PipelineErrorId.StopNotSupported);

        Assert.Contains(run.Url!, error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await tenant.CallsAsync("prophecy"));
    }

    [Fact]
    public async Task A_list_says_plainly_that_there_is_none()
    {
        await Connection.ListAsync().FailsAsync(PipelineErrorId.NotSupported);

        Assert.Equal(0, await tenant.CallsAsync("prophecy"));
    }

    [Fact]
    public async Task A_test_of_a_connection_reaches_the_vendor_and_says_that_the_token_was_not_proven()
    {
        var test = await Connection.TestAsync();

        Assert.True(test.Reachable);
        Assert.Null(test.Authenticated);
        Assert.False(test.Succeeded);
        Assert.Contains("did not check whether runs can be started", test.Message, StringComparison.Ordinal);
        Assert.Equal(0, await tenant.RunsCreatedAsync(PipelineVendor.Prophecy));
    }

    [Fact]
    public async Task A_test_of_a_connection_finds_a_wrong_token()
    {
        await tenant.SetAsync("auth", new { prophecyToken = "another-token" });

        var test = await Connection.TestAsync();

        Assert.Equal((true, false, PipelineErrorId.AuthenticationFailed), (test.Reachable, test.Authenticated, test.ErrorId));
    }

    [Fact]
    public async Task A_connection_test_detects_a_server_that_is_not_Prophecy()
    {
        await tenant.AnswerAsync("prophecy", "status", 200, "<html>Welcome</html>");

        var test = await Connection.TestAsync();

        Assert.Equal((false, null, PipelineErrorId.InvalidResponse), (test.Reachable, test.Authenticated, test.ErrorId));
    }

    [Fact]
    public void Runs_are_looked_at_from_5_s_slowing_to_30_s() =>
        Assert.Equal(new PollPace(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), 1.5), Connection.Client.Pace);

    [Fact]
    public void The_environment_names_of_the_vendors_own_tools_are_honoured()
    {
        var vendor = VendorCatalog.Get(PipelineVendor.Prophecy);

        Assert.Equal(("PROPHECY_URL", "PROPHECY_PAT"), (vendor.BaseUriVariable, vendor.TokenVariable));
        Assert.Equal("https://app.prophecy.io/", vendor.DefaultBaseUri?.AbsoluteUri);
    }

    [Fact]
    public void A_connection_without_a_token_is_refused()
    {
        var check = () => VendorCatalog.Get(PipelineVendor.Prophecy).CheckCredential(null);

        Assert.Contains("token", check.Fails(PipelineErrorId.InvalidInput).Message, StringComparison.Ordinal);
    }
}
