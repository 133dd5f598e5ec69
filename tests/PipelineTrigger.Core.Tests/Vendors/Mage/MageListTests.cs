using System.Text.Json;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Vendors.Mage;

public sealed class MageListTests(EmulatorProcess emulator) : IDisposable
{
    private readonly Tenant tenant = emulator.NewTenant();
    private Connected? connected;

    private Connected Connection => connected ??= tenant.Connect(PipelineVendor.Mage);

    public void Dispose() => connected?.Dispose();

    [Fact]
    public async Task Triggers_are_listed_with_what_is_needed_to_trigger_them()
    {
        var triggers = await Connection.ListAsync();

        Assert.Equal(
            [
                (1, "nightly", "quick_pipeline", "active", "api"),
                (2, "hourly", "slow_pipeline", "active", "api"),
                (3, "on demand", "quick_pipeline", "active", "api"),
                (4, "paused", "quick_pipeline", "inactive", "api"),
                (5, "by the clock", "quick_pipeline", "active", "time"),
            ],
            triggers.Select(t => (t.TriggerId!.Value, t.Name, t.Pipeline!, t.State!, t.TriggerType!))
        );
        Assert.All(triggers, t => Assert.Equal(("nightly", PipelineVendor.Mage, null), (t.Connection, t.Vendor, t.PipelineId)));
    }

    [Fact]
    public async Task No_trigger_shows_its_token() =>
        Assert.DoesNotContain("trigger-token", JsonSerializer.Serialize(await Connection.ListAsync()), StringComparison.Ordinal);

    [Fact]
    public async Task Many_triggers_are_read_page_by_page()
    {
        await tenant.PostAsync("mage/triggers/bulk", new { count = 245 });

        var triggers = await Connection.ListAsync();

        Assert.Equal(Enumerable.Range(1, 250), triggers.Select(t => t.TriggerId!.Value));
        Assert.Equal(
            ["?_limit=100&_offset=0", "?_limit=100&_offset=100", "?_limit=100&_offset=200"],
            (await tenant.RequestsAsync("schedule")).Select(r => new Uri("http://x" + r.Path).Query)
        );
    }

    [Fact]
    public async Task A_trigger_that_moved_from_one_page_to_the_next_is_listed_once()
    {
        await tenant.AnswerAsync(
            "mage",
            "schedule",
            200,
            """{"pipeline_schedules":[{"id":1},{"id":2}],"metadata":{"count":3,"next":true}}""",
            count: 1
        );
        await tenant.AnswerAsync(
            "mage",
            "schedule",
            200,
            """{"pipeline_schedules":[{"id":2},{"id":3}],"metadata":{"count":3,"next":false}}""",
            count: 1
        );

        Assert.Equal([1, 2, 3], (await Connection.ListAsync()).Select(t => t.TriggerId!.Value));
    }

    [Fact]
    public async Task A_list_that_is_refused_is_an_error()
    {
        await tenant.RequireMageSignInAsync();

        await Connection.ListAsync().FailsAsync(PipelineErrorId.AuthenticationFailed);
    }

    [Fact]
    public async Task A_test_proves_the_sign_in_and_says_what_it_does_not_prove()
    {
        await tenant.RequireMageSignInAsync();
        using var signedIn = tenant.Connect(PipelineVendor.Mage, Sample.MageUser);

        var test = await signedIn.TestAsync();

        Assert.True(test.Succeeded);
        Assert.Contains("did not check whether runs can be started", test.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_without_a_sign_in_fails_where_one_is_wanted()
    {
        await tenant.RequireMageSignInAsync();

        var test = await Connection.TestAsync();

        Assert.Equal((true, false, PipelineErrorId.AuthenticationFailed), (test.Reachable, test.Authenticated, test.ErrorId));
    }

    [Fact]
    public async Task A_test_tells_that_the_scheduler_does_not_run()
    {
        await tenant.SetAsync("mage/scheduler", new { running = false });

        var test = await Connection.TestAsync();

        Assert.True(test.Succeeded);
        Assert.Contains("Its scheduler is 'stopped'", test.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_are_looked_at_from_3_s_slowing_to_15_s() =>
        Assert.Equal(new PollPace(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(15), 1.5), Connection.Client.Pace);
}
