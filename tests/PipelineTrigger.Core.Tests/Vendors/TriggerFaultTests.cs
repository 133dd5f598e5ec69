using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Vendors;

/// <summary>
/// Every fault of the proxy and of the emulator against a trigger at each vendor: what the user is told, and how many runs there
/// are. Where runs can
/// be listed, a lost answer leads to the run, or to the certainty that there is none.
/// </summary>
public sealed class TriggerFaultTests(EmulatorProcess emulator, ITestOutputHelper output)
{
    private const string ARun = "a run";
    private const string NotReached = PipelineErrorId.VendorUnavailable;
    private const string Unknown = PipelineErrorId.TriggerOutcomeUnknown;
    private const string Rejected = PipelineErrorId.TriggerRejected;

    private static readonly Dictionary<string, string> Elsewhere = new() { ["Location"] = "http://127.0.0.1:1/elsewhere" };

    private static readonly Fault[] Faults =
    [
        new("proxy: refuse", new { mode = "refuse" }, NotReached, Runs: 0),
        new(
            "proxy: reset before the request is read",
            new
            {
                mode = "resetBeforeRead",
                match = new { method = "POST", path = "pipeline" },
                count = -1,
            },
            Unknown,
            Runs: 0
        ),
        new(
            "proxy: reset after it was handled",
            new
            {
                mode = "resetAfterHandled",
                match = new { method = "POST", path = "pipeline" },
                count = -1,
            },
            Unknown,
            Runs: 1
        ),
        new(
            "proxy: answer cut half way",
            new
            {
                mode = "cutAnswer",
                match = new { method = "POST", path = "pipeline" },
                count = -1,
            },
            Unknown,
            Runs: 1
        ),
        new(
            "proxy: stall past the time-out",
            new
            {
                mode = "stall",
                match = new { method = "POST", path = "pipeline" },
                count = -1,
            },
            Unknown,
            Runs: 1
        )
        {
            EndsByTimeout = true,
        },
        new(
            "proxy: handled late, never answered",
            new
            {
                mode = "lateHandled",
                match = new { method = "POST", path = "pipeline" },
                count = -1,
                delaySeconds = 0.05,
            },
            Unknown,
            Runs: 1
        )
        {
            EndsByTimeout = true,
        },
        new(
            "answer 200 that is no answer",
            new
            {
                status = 200,
                body = "<html>",
                count = -1,
            },
            Unknown,
            Runs: 0
        ),
        new(
            "answer 301",
            new
            {
                status = 301,
                headers = Elsewhere,
                count = -1,
            },
            Rejected,
            Runs: 0
        ),
        new(
            "answer 302",
            new
            {
                status = 302,
                headers = Elsewhere,
                count = -1,
            },
            Unknown,
            Runs: 0
        ),
        new(
            "answer 302 after it was handled",
            new
            {
                status = 302,
                headers = Elsewhere,
                when = "after",
                count = -1,
            },
            Unknown,
            Runs: 1
        ),
        new(
            "answer 307",
            new
            {
                status = 307,
                headers = Elsewhere,
                count = -1,
            },
            Rejected,
            Runs: 0
        ),
        new("answer 400", new { status = 400, count = -1 }, Rejected, Runs: 0),
        new("answer 401", new { status = 401, count = -1 }, PipelineErrorId.AuthenticationFailed, Runs: 0),
        new("answer 401 once", new { status = 401 }, PipelineErrorId.AuthenticationFailed, Runs: 0) { WhereItIsRenewed = (ARun, 1) },
        new("answer 403", new { status = 403, count = -1 }, PipelineErrorId.AccessDenied, Runs: 0),
        new("answer 404", new { status = 404, count = -1 }, Rejected, Runs: 0),
        new("answer 408", new { status = 408, count = -1 }, Unknown, Runs: 0),
        new(
            "answer 408 after it was handled",
            new
            {
                status = 408,
                when = "after",
                count = -1,
            },
            Unknown,
            Runs: 1
        ),
        new("answer 429", new { status = 429, count = -1 }, PipelineErrorId.RateLimited, Runs: 0),
        new("answer 429 once", new { status = 429 }, ARun, Runs: 1),
        new("answer 500", new { status = 500, count = -1 }, Unknown, Runs: 0),
        new(
            "answer 500 after it was handled",
            new
            {
                status = 500,
                when = "after",
                count = -1,
            },
            Unknown,
            Runs: 1
        ),
        new(
            "answer 502 after it was handled",
            new
            {
                status = 502,
                when = "after",
                count = -1,
            },
            Unknown,
            Runs: 1
        ),
        new("answer 503", new { status = 503, count = -1 }, Unknown, Runs: 0),
        new(
            "answer 503 with Retry-After",
            new
            {
                status = 503,
                headers = new Dictionary<string, string> { ["Retry-After"] = "1" },
                count = -1,
            },
            Unknown,
            Runs: 0
        ),
        new(
            "answer 504 after it was handled",
            new
            {
                status = 504,
                when = "after",
                count = -1,
            },
            Unknown,
            Runs: 1
        ),
        new(
            "answer of 100 MB after it was handled",
            new
            {
                status = 200,
                bodyBytes = 100_000_000,
                when = "after",
                count = -1,
            },
            Unknown,
            Runs: 1
        ),
        new(
            "delay before it is handled",
            new
            {
                kind = "delay",
                delaySeconds = 0.05,
                count = -1,
            },
            ARun,
            Runs: 1
        ),
        new(
            "delay after it was handled",
            new
            {
                kind = "delay",
                when = "after",
                delaySeconds = 0.05,
                count = -1,
            },
            ARun,
            Runs: 1
        ),
        new("reset before it is handled", new { kind = "reset", count = -1 }, Unknown, Runs: 0),
        new(
            "reset after it was handled",
            new
            {
                kind = "reset",
                when = "after",
                count = -1,
            },
            Unknown,
            Runs: 1
        ),
        new("answer cut half way", new { kind = "cut", count = -1 }, Unknown, Runs: 1),
        new("stall before it is handled", new { kind = "stall", count = -1 }, Unknown, Runs: 0) { EndsByTimeout = true },
        new(
            "stall after it was handled",
            new
            {
                kind = "stall",
                when = "after",
                count = -1,
            },
            Unknown,
            Runs: 1
        )
        {
            EndsByTimeout = true,
        },
        new(
            "run hidden at first",
            new
            {
                kind = "hide",
                delaySeconds = 30,
                count = -1,
            },
            ARun,
            Runs: 1
        ),
    ];

    [Fact]
    public async Task No_fault_makes_a_second_run_and_none_is_told_otherwise_than_it_is()
    {
        using var atOnce = new SemaphoreSlim(8);
        var cells = await Task.WhenAll(
            Faults.SelectMany(fault =>
                Sample.Vendors.Select(async vendor =>
                {
                    await atOnce.WaitAsync(TestContext.Current.CancellationToken);
                    try
                    {
                        return (Expected: fault.At(vendor), Actual: await TriggerAsync(vendor, fault));
                    }
                    finally
                    {
                        atOnce.Release();
                    }
                })
            )
        );

        var expected = Table(cells.Select(c => c.Expected));
        var actual = Table(cells.Select(c => c.Actual));
        output.WriteLine(actual);
        Assert.Equal(expected, actual);
    }

    private async Task<(string Told, int Runs)> TriggerAsync(string vendor, Fault fault)
    {
        var tenant = emulator.NewTenant();
        var proxy = await tenant.ProxyAsync(new { mode = "pass" });
        await tenant.RequireMageSignInAsync();
        using var connection = tenant.Connect(vendor, vendor == PipelineVendor.Mage ? Sample.MageUser : null, port: proxy.Port);

        // One that works comes first: signed in, looked up, and with a connection to be reused.
        await connection.TriggerAsync();
        var hits = await SetAsync(vendor, fault, tenant, proxy);

        var trigger = ToldAsync(connection.TriggerAsync());
        for (var stalled = 1; fault.EndsByTimeout && !trigger.IsCompleted; stalled++)
        {
            await Tenant.UntilAsync(async () => trigger.IsCompleted || (await hits() == stalled && await NewRunsAsync() == fault.Runs));
            connection.Clock.Advance(Connected.Patient.TriggerTimeout);
        }

        var told = await trigger;
        AssertHoldsNoSecret(connection.Told.Everything + told.Text);
        return (told.Id, await NewRunsAsync());

        async Task<int> NewRunsAsync() => await tenant.RunsCreatedAsync(vendor) - 1;
    }

    /// <summary>Sets the fault; how often it has struck is what is given back.</summary>
    private static async Task<Func<Task<int>>> SetAsync(string vendor, Fault fault, Tenant tenant, TenantProxy proxy)
    {
        if (fault.IsOfProxy)
        {
            await proxy.SetAsync(fault.Rule);
            return proxy.HitsAsync;
        }

        await tenant.FaultAsync(fault.With(vendor));
        return async () => (await tenant.GetAsync("faults")).EnumerateArray().Sum(f => f.GetProperty("hits").GetInt32());
    }

    private static async Task<(string Id, string Text)> ToldAsync(Task<PipelineRun> trigger)
    {
        try
        {
            await trigger;
            return (ARun, "");
        }
        catch (PipelineException e)
        {
            return (e.ErrorId, e.ToString());
        }
    }

    // Tokens and keys that the emulator makes are JWTs or parts of one; all of these begin alike.
    private static void AssertHoldsNoSecret(string text)
    {
        foreach (var secret in new[] { Sample.ProphecyToken, Sample.MagePassword, Sample.SupaflowKey, "eyJ" })
        {
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        }
    }

    private static string Table(IEnumerable<(string Told, int Runs)> cells)
    {
        var told = cells.Select(c => $"{c.Told}, {c.Runs}").ToArray();
        var rows = Faults.Select((fault, row) => Row(fault.Name, told.Skip(row * Sample.Vendors.Length).Take(Sample.Vendors.Length)));
        return string.Join("\n", [Row("fault", Sample.Vendors.Select(v => $"{v}: told, runs")), .. rows]);
    }

    private static string Row(string first, IEnumerable<string> others) =>
        $"{first, -40} | {string.Join(" | ", others.Select(o => o.PadRight(24)))}".TrimEnd();

    private sealed record Fault(string Name, object Rule, string Told, int Runs)
    {
        public bool EndsByTimeout { get; init; }

        /// <summary>What is told by vendors whose sign-in can be renewed, where that differs.</summary>
        public (string Told, int Runs)? WhereItIsRenewed { get; init; }

        public bool IsOfProxy => Name.StartsWith("proxy", StringComparison.Ordinal);

        public (string Told, int Runs) At(string vendor) =>
            vendor == PipelineVendor.Prophecy
                ? (Told, Runs)
                : WhereItIsRenewed ?? (Told == Unknown ? (Runs == 0 ? NotReached : ARun, Runs) : (Told, Runs));

        /// <summary>The rule, for this vendor's triggers alone.</summary>
        public Dictionary<string, object?> With(string vendor)
        {
            var rule = Rule.GetType().GetProperties().ToDictionary(p => p.Name, object? (p) => p.GetValue(Rule));
            rule["vendor"] = vendor.ToLowerInvariant();
            rule["operation"] = "trigger";
            return rule;
        }
    }
}
