using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Vendors.Supaflow;

public sealed class SupaflowListTests(EmulatorProcess emulator) : IDisposable
{
    private readonly Tenant tenant = emulator.NewTenant();
    private Connected? connected;

    private Connected Connection => connected ??= tenant.Connect(PipelineVendor.Supaflow);

    public void Dispose() => connected?.Dispose();

    [Fact]
    public async Task Pipelines_are_listed_with_what_is_needed_to_trigger_them()
    {
        var pipelines = await Connection.ListAsync();

        Assert.Equal(
            [
                ("Nightly sales", Sample.NightlySales, "nightly_sales"),
                ("Hourly orders", Sample.HourlyOrders, "hourly_orders"),
                ("Sales forecast", "33333333-4444-5555-6666-777777777777", "sales_forecast"),
                ("Paused customers", Sample.PausedCustomers, "paused_customers"),
            ],
            pipelines.Select(p => (p.Name, p.PipelineId!, p.Pipeline!))
        );
        Assert.All(pipelines, p => Assert.Equal(("nightly", PipelineVendor.Supaflow, null), (p.Connection, p.Vendor, p.TriggerId)));
    }

    [Fact]
    public async Task Many_pipelines_are_read_page_by_page_in_a_fixed_order()
    {
        await tenant.PostAsync("supaflow/pipelines/bulk", new { count = 2000 });

        var pipelines = await Connection.ListAsync();

        Assert.Equal(2004, pipelines.Select(p => p.PipelineId).Distinct().Count());
        Assert.Equal(2004, pipelines.Count);
        Assert.Equal(
            [
                "order=pipeline_id.asc&limit=1000&offset=0",
                "order=pipeline_id.asc&limit=1000&offset=1000",
                "order=pipeline_id.asc&limit=1000&offset=2000",
            ],
            (await tenant.RequestsAsync("pipelines")).Select(r => r.Path.Substring(r.Path.IndexOf("order=", StringComparison.Ordinal)))
        );
    }

    [Fact]
    public async Task A_test_proves_the_key_and_says_what_it_does_not_prove()
    {
        var test = await Connection.TestAsync();

        Assert.True(test.Succeeded);
        Assert.Contains("did not check whether runs can be started", test.Message, StringComparison.Ordinal);
        Assert.Equal(0, await tenant.RunsCreatedAsync(PipelineVendor.Supaflow));
    }

    [Fact]
    public async Task A_test_finds_a_wrong_key()
    {
        await tenant.SetAsync("auth", new { supaflowKey = "ak_another" });

        var test = await Connection.TestAsync();

        Assert.Equal((true, false, PipelineErrorId.AuthenticationFailed), (test.Reachable, test.Authenticated, test.ErrorId));
    }

    [Fact]
    public async Task A_test_with_a_key_that_may_not_list_does_not_succeed()
    {
        await tenant.AnswerAsync("supaflow", "pipelines", 403, """{"code":"42501","message":"permission denied"}""");

        var test = await Connection.TestAsync();

        Assert.Equal((true, true, PipelineErrorId.AccessDenied), (test.Reachable, test.Authenticated, test.ErrorId));
        Assert.False(test.Succeeded);
    }
}
