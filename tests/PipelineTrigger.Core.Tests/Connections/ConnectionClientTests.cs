using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Operations;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Connections;

public sealed class ConnectionClientTests(EmulatorProcess emulator)
{
    private readonly Tenant tenant = emulator.NewTenant();

    /// <summary>Every vendor there is.</summary>
    public static TheoryData<string> Vendors => [.. Sample.Vendors];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task A_run_tells_which_connection_and_which_installation_it_belongs_to(string vendor)
    {
        using var connection = tenant.Connect(vendor);

        var triggered = await connection.TriggerAsync();
        var read = await connection.ReadAsync(new PipelineRun { RunId = triggered.RunId });

        Assert.All([triggered, read], run =>
            Assert.Equal((vendor, "nightly", tenant.BaseUri(vendor).AbsoluteUri), (run.Vendor, run.Connection, run.BaseUri))
        );
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task A_run_that_was_triggered_here_is_fresh_for_a_minute(string vendor)
    {
        using var connection = tenant.Connect(vendor);
        var run = await connection.TriggerAsync();
        var known = new PipelineRun { RunId = run.RunId };

        Assert.True(connection.Client.IsFresh(known));
        connection.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.True(connection.Client.IsFresh(known));
        connection.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(connection.Client.IsFresh(known));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(59, true)]
    [InlineData(-59, true)]
    [InlineData(60, false)]
    [InlineData(3600, false)]
    [InlineData(-3600, false)]
    public void A_run_from_elsewhere_is_fresh_by_its_creation(int secondsAgo, bool fresh)
    {
        using var connection = tenant.Connect(PipelineVendor.Mage);

        Assert.Equal(
            fresh,
            connection.Client.IsFresh(
                new PipelineRun { RunId = "1", CreatedAt = connection.Clock.GetUtcNow().UtcDateTime.AddSeconds(-secondsAgo) }
            )
        );
        Assert.False(connection.Client.IsFresh(new PipelineRun { RunId = "1" }));
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task A_run_that_the_vendor_finds_only_later_is_awaited_after_our_own_trigger(string vendor)
    {
        await tenant.SetAsync("defaults", new { runningSeconds = 0 });
        await tenant.FaultAsync(new { kind = "hide", delaySeconds = 30 });
        using var connection = tenant.Connect(vendor);
        var run = await connection.TriggerAsync();
        using var operation = new RunOperation(new(), connection.Told, connection.Clock, Cancel);
        operation.Watch(connection.Client, run);
        await Tenant.UntilAsync(async () => await tenant.CallsAsync(vendor, "status") == 1);

        await tenant.PassAsync(TimeSpan.FromSeconds(31));
        await connection.Clock.RunAsync(operation.CompleteAsync());

        Assert.Equal(PipelineRunStatus.Succeeded, Assert.Single(connection.Told.Runs).Status);
        Assert.Empty(connection.Told.Failures);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task A_run_that_the_vendor_never_finds_is_an_error_after_a_minute(string vendor)
    {
        await tenant.FaultAsync(new { kind = "hide", delaySeconds = 1e6 });
        using var connection = tenant.Connect(vendor);
        var run = await connection.TriggerAsync();
        var began = connection.Clock.GetUtcNow();
        using var operation = new RunOperation(new(), connection.Told, connection.Clock, Cancel);
        operation.Watch(connection.Client, run);

        await connection.Clock.RunAsync(operation.CompleteAsync());

        Assert.Equal(PipelineErrorId.RunNotFound, Assert.Single(connection.Told.Failures).Error.ErrorId);
        Assert.InRange((connection.Clock.GetUtcNow() - began).TotalSeconds, 60, 100);
    }

    [Fact]
    public async Task Runs_of_all_vendors_are_waited_for_together_through_an_outage_of_one()
    {
        await tenant.SetAsync("defaults", new { runningSeconds = 0 });
        await tenant.SetAsync("mage/triggers/1", new { plan = new { outcome = "failed", message = "no such table" } });
        var proxy = await tenant.ProxyAsync(new { mode = "pass" });
        var options = Connected.Patient with { Time = new ManualClock() };
        using var prophecy = tenant.Connect(PipelineVendor.Prophecy, options: options, port: proxy.Port);
        using var mage = tenant.Connect(PipelineVendor.Mage, options: options);
        using var supaflow = tenant.Connect(PipelineVendor.Supaflow, options: options);
        var told = new RecordingObserver();
        using var operation = new RunOperation(new(), told, mage.Clock, Cancel);
        var runs = await Task.WhenAll(new[] { prophecy, mage, supaflow }.Select(c => c.TriggerAsync()));

        await proxy.SetAsync(new { mode = "refuse" });
        operation.Watch(prophecy.Client, runs[0]);
        await mage.Clock.RunAsync(Tenant.UntilAsync(() => Task.FromResult(told.Warnings.Count == 1)));
        await proxy.SetAsync(new { mode = "pass" });
        operation.Watch(mage.Client, runs[1]);
        operation.Watch(supaflow.Client, runs[2]);
        await mage.Clock.RunAsync(operation.CompleteAsync());

        Assert.Equal(
            [PipelineVendor.Mage, PipelineVendor.Prophecy, PipelineVendor.Supaflow],
            told.Runs.Select(r => r.Vendor).OrderBy(v => v, StringComparer.Ordinal)
        );
        Assert.Contains("ended Failed: export_data: no such table.", Assert.Single(told.Failures).Error.Message, StringComparison.Ordinal);
        Assert.Contains("could not be reached", told.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("Prophecy answers again", told.Warnings[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PipelineVendor.Mage, "list", 1, 120)]
    [InlineData(PipelineVendor.Supaflow, "status", 2, 0)]
    public async Task Many_runs_are_looked_at_in_few_requests(string vendor, string operation, int requestsARound, int lastLooks)
    {
        const int Runs = 120;
        await tenant.PostAsync($"runs/{vendor.ToLowerInvariant()}", new { count = Runs, plan = new { runningSeconds = 1000 } });
        using var connection = tenant.Connect(vendor);
        using var watch = new RunOperation(new(), connection.Told, connection.Clock, Cancel);
        foreach (var run in await tenant.RunsAsync(vendor))
        {
            watch.Watch(connection.Client, new PipelineRun { RunId = run.GetProperty("id").GetString()!, Vendor = vendor });
        }

        await tenant.PassAsync(TimeSpan.FromSeconds(1001));
        await connection.Clock.RunAsync(watch.CompleteAsync());

        Assert.Equal(Runs, connection.Told.Runs.Count);
        Assert.All(connection.Told.Runs, r => Assert.Equal(PipelineRunStatus.Succeeded, r.Status));
        Assert.InRange(await tenant.CallsAsync(vendor, operation), requestsARound, requestsARound * 6);

        // A run alone, as the first may be when the watch begins, is looked at singly too.
        Assert.True(lastLooks == 0 || await tenant.CallsAsync(vendor, "status") <= lastLooks + 10);
    }

    [Theory]
    [InlineData(PipelineVendor.Mage, "schedule")]
    [InlineData(PipelineVendor.Supaflow, "bootstrap")]
    public async Task A_stop_before_the_trigger_itself_was_sent_means_that_it_never_is(string vendor, string first)
    {
        await tenant.FaultAsync(
            new
            {
                vendor,
                operation = first,
                kind = "stall",
            }
        );
        using var connection = tenant.Connect(vendor);
        using var stop = new CancellationTokenSource();
        var trigger = connection.TriggerAsync(cancellationToken: stop.Token);
        await Tenant.UntilAsync(async () => await tenant.CallsAsync(vendor, first) == 1);

        stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trigger);
        Assert.Equal(0, await tenant.CallsAsync(vendor, "trigger"));
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public void Plain_http_to_another_machine_is_refused_before_anything_is_sent(string vendor)
    {
        Action connect = () =>
            new Connected(new PipelineConnection("nightly", vendor, new Uri("http://vendor.example")), Sample.Credential(vendor)).Dispose();

        connect.Fails(PipelineErrorId.InsecureEndpoint);
    }

    [Fact]
    public async Task A_test_of_an_address_that_refuses_connections_says_so()
    {
        var proxy = await tenant.ProxyAsync(new { mode = "refuse" });
        using var connection = tenant.Connect(PipelineVendor.Mage, port: proxy.Port);

        var test = await connection.TestAsync();

        Assert.Equal((false, null, PipelineErrorId.VendorUnavailable), (test.Reachable, test.Authenticated, test.ErrorId));
        Assert.Contains("could not be reached", test.Message, StringComparison.Ordinal);
        Assert.Equal(
            ("nightly", PipelineVendor.Mage, tenant.BaseUri(PipelineVendor.Mage, proxy.Port).AbsoluteUri),
            (test.Connection, test.Vendor, test.BaseUri)
        );
    }

    [Fact]
    public void A_credential_shows_its_user_and_never_its_secret()
    {
        Assert.Equal("user", new Credential("user", "word").ToString());
        Assert.Equal("token", new Credential(null, "word").ToString());
    }
}
