using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Ledger.FileSystem;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Once;

/// <summary>What an idempotency key does, over a ledger in a directory.</summary>
public sealed class KeyedTriggerTests : IDisposable
{
    private readonly Tenant tenant;
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"ledger-{Guid.NewGuid():N}");

    public KeyedTriggerTests(EmulatorProcess emulator) => tenant = emulator.NewTenant();

    public static TheoryData<string> Vendors => [.. Sample.Vendors];

    public static TheoryData<string> ListingVendors => [PipelineVendor.Mage, PipelineVendor.Supaflow];

    private string[] Entries => Directory.GetFiles(Path.Combine(folder, "keys"), "*.json");

    public void Dispose()
    {
        ScratchFolder.Delete(folder);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task The_same_key_returns_the_same_run_in_another_process(string vendor)
    {
        using var first = Connect(vendor);
        var run = await first.TriggerAsync(terms: Key("a"));
        using var second = Connect(vendor);
        var again = await second.TriggerAsync(terms: Key("a"));

        Assert.Equal((run.RunId, "a", "a"), (again.RunId, run.IdempotencyKey, again.IdempotencyKey));
        Assert.StartsWith("re-attached", again.Details["Origin"], StringComparison.Ordinal);
        Assert.DoesNotContain("Origin", run.Details.Keys);
        Assert.Equal(1, await tenant.RunsCreatedAsync(vendor));
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task The_status_of_a_run_that_is_returned_again_is_read_again(string vendor)
    {
        using var connection = Connect(vendor);
        await connection.TriggerAsync(terms: Key("a"));
        await tenant.PassAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(PipelineRunStatus.Succeeded, (await connection.TriggerAsync(terms: Key("a"))).Status);
    }

    [Fact]
    public async Task The_run_is_returned_even_if_the_vendor_cannot_be_reached_now()
    {
        using var connection = Connect(PipelineVendor.Mage);
        var run = await connection.TriggerAsync(terms: Key("a"));
        await tenant.AnswerAsync(PipelineVendor.Mage, "status", 503, "");

        Assert.Equal(run.RunId, (await connection.TriggerAsync(terms: Key("a"))).RunId);
        Assert.Contains(connection.Told.Warnings, w => w.Contains("with its last known status", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Two_callers_at_the_same_moment_make_one_run(string vendor)
    {
        var connections = Enumerable.Range(0, 4).Select(_ => Connect(vendor)).ToList();
        var runs = await Task.WhenAll(connections.Select(c => c.TriggerAsync(terms: Key("a"))));
        connections.ForEach(c => c.Dispose());

        Assert.Single(runs.Select(r => r.RunId).Distinct());
        Assert.Equal(1, await tenant.RunsCreatedAsync(vendor));
    }

    [Fact]
    public async Task The_same_key_with_another_request_is_a_conflict_and_nothing_is_sent()
    {
        using var connection = Connect(PipelineVendor.Mage);
        await connection.TriggerAsync(terms: Key("a"));

        var error = await connection
            .TriggerAsync(new Dictionary<string, object?> { ["TriggerId"] = 1, ["Variables"] = """{"day":2}""" }, terms: Key("a"))
            .FailsAsync(PipelineErrorId.IdempotencyKeyConflict);

        Assert.Contains("Key 'a' was used", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await tenant.CallsAsync(PipelineVendor.Mage, "trigger"));
    }

    [Fact]
    public async Task The_same_values_written_otherwise_are_the_same_request()
    {
        using var connection = Connect(PipelineVendor.Mage);
        await connection.TriggerAsync(
            new Dictionary<string, object?> { ["TriggerId"] = "1", ["Variables"] = """{"a":1,"b":[true]}""" },
            terms: Key("a")
        );
        await connection.TriggerAsync(
            new Dictionary<string, object?>
            {
                ["TriggerId"] = 1,
                ["Variables"] = new Dictionary<string, object?>
                {
                    ["b"] = new List<object?> { true },
                    ["a"] = 1,
                },
            },
            terms: Key("a")
        );

        Assert.Equal(1, await tenant.RunsCreatedAsync(PipelineVendor.Mage));
    }

    [Fact]
    public async Task A_key_belongs_to_one_installation()
    {
        using var mage = Connect(PipelineVendor.Mage);
        using var supaflow = Connect(PipelineVendor.Supaflow);
        await mage.TriggerAsync(terms: Key("a"));
        await supaflow.TriggerAsync(terms: Key("a"));

        Assert.Equal((1, 1), (await tenant.RunsCreatedAsync(PipelineVendor.Mage), await tenant.RunsCreatedAsync(PipelineVendor.Supaflow)));
    }

    [Fact]
    public async Task A_refused_trigger_frees_its_key()
    {
        using var connection = Connect(PipelineVendor.Supaflow);
        await tenant.SetAsync("auth", new { outOfCredits = true });
        await connection.TriggerAsync(terms: Key("a")).FailsAsync(PipelineErrorId.OutOfCredits);
        await tenant.SetAsync("auth", new { outOfCredits = false });

        Assert.DoesNotContain("Origin", (await connection.TriggerAsync(terms: Key("a"))).Details.Keys);
    }

    [Fact]
    public async Task An_inactive_trigger_frees_its_key()
    {
        using var connection = Connect(PipelineVendor.Mage);
        await connection
            .TriggerAsync(new Dictionary<string, object?> { ["TriggerId"] = 4 }, terms: Key("a"))
            .FailsAsync(PipelineErrorId.TriggerInactive);

        await connection.TriggerAsync(terms: Key("a"));

        Assert.Equal(1, await tenant.RunsCreatedAsync(PipelineVendor.Mage));
    }

    [Theory]
    [InlineData(401, PipelineErrorId.AuthenticationFailed)]
    [InlineData(403, PipelineErrorId.AccessDenied)]
    [InlineData(400, PipelineErrorId.TriggerRejected)]
    [InlineData(429, PipelineErrorId.RateLimited)]
    public async Task What_certainly_made_no_run_frees_its_key(int status, string errorId)
    {
        using var connection = Connect(PipelineVendor.Prophecy);
        await tenant.AnswerAsync(PipelineVendor.Prophecy, "trigger", status, "{}", count: -1);
        await connection.TriggerAsync(terms: Key("a")).FailsAsync(errorId);

        Assert.Empty(Entries);
    }

    [Fact]
    public async Task A_run_that_failed_is_returned_as_failed_and_the_warning_names_the_way_out()
    {
        using var connection = Connect(PipelineVendor.Mage);
        await tenant.SetAsync("defaults", new { outcome = "failed" });
        var run = await connection.TriggerAsync(terms: Key("a"));
        await tenant.PassAsync(TimeSpan.FromSeconds(60));

        var again = await connection.TriggerAsync(terms: Key("a"));

        Assert.Equal((run.RunId, PipelineRunStatus.Failed), (again.RunId, again.Status));
        Assert.Contains(connection.Told.Warnings, w => w.Contains("-RetriggerFailed", StringComparison.Ordinal));
        Assert.Contains("-RetriggerFailed", RunErrors.Failed(again).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_RetriggerFailed_a_failed_run_is_replaced_and_the_key_stands_for_the_new_one()
    {
        using var connection = Connect(PipelineVendor.Mage);
        await tenant.SetAsync("defaults", new { outcome = "failed" });
        var run = await connection.TriggerAsync(terms: Key("a"));
        await tenant.PassAsync(TimeSpan.FromSeconds(60));
        await tenant.SetAsync("defaults", new { });

        var second = await connection.TriggerAsync(terms: Key("a") with { RetriggerFailed = true });
        var again = await connection.TriggerAsync(terms: Key("a") with { RetriggerFailed = true });

        Assert.NotEqual(run.RunId, second.RunId);
        Assert.Equal(second.RunId, again.RunId);
    }

    [Fact]
    public async Task A_key_whose_time_is_over_triggers_anew_even_for_another_request()
    {
        using var connection = Connect(PipelineVendor.Mage);
        await connection.TriggerAsync(terms: Key("a"));
        connection.Clock.Advance(TimeSpan.FromDays(8));

        await connection.TriggerAsync(new Dictionary<string, object?> { ["TriggerId"] = 2 }, terms: Key("a"));

        Assert.Equal(2, await tenant.RunsCreatedAsync(PipelineVendor.Mage));
    }

    [Fact]
    public async Task A_key_in_doubt_blocks_however_old_it_is()
    {
        using var connection = Connect(PipelineVendor.Prophecy);
        await LoseAsync(connection, PipelineVendor.Prophecy, after: false);
        connection.Clock.Advance(TimeSpan.FromDays(400));

        await connection.TriggerAsync(terms: Key("a")).FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.Equal(0, await tenant.RunsCreatedAsync(PipelineVendor.Prophecy));
    }

    [Fact]
    public async Task A_key_in_doubt_names_who_left_it_and_the_ways_out()
    {
        using var connection = Connect(PipelineVendor.Prophecy);
        await LoseAsync(connection, PipelineVendor.Prophecy, after: true);

        var error = await connection.TriggerAsync(terms: Key("a")).FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        foreach (
            var part in new[] { Environment.MachineName, "Key 'a' stays in doubt", "-RetriggerUnknown", "Remove-PipelineRunHistory -Force" }
        )
        {
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public async Task A_key_in_doubt_is_triggered_anew_only_if_the_question_is_answered_with_yes(bool answer, int runs)
    {
        using var connection = Connect(PipelineVendor.Prophecy);
        await LoseAsync(connection, PipelineVendor.Prophecy, after: true);
        var question = "";
        var terms = Key("a") with
        {
            RetriggerUnknown = (text, _) =>
            {
                question = text;
                return Task.FromResult(answer);
            },
        };

        var trigger = connection.TriggerAsync(terms: terms);
        await (answer ? trigger : trigger.FailsAsync(PipelineErrorId.TriggerOutcomeUnknown) as Task);

        Assert.Contains("may create a second run", question, StringComparison.Ordinal);
        Assert.Equal(runs, await tenant.RunsCreatedAsync(PipelineVendor.Prophecy));
    }

    [Theory]
    [MemberData(nameof(ListingVendors))]
    public async Task An_intent_that_a_dead_process_left_after_the_trigger_leads_to_its_run(string vendor)
    {
        using var connection = Connect(vendor);
        await connection.TriggerAsync(terms: Key("known"));
        await LeaveIntentAsync(connection, vendor);
        var left = await TriggerAsDeadAsync(vendor);
        var sent = await tenant.CallsAsync(vendor, "trigger");

        var run = await connection.TriggerAsync(terms: Key("a"));

        Assert.Equal(left, run.RunId);
        Assert.Equal(sent, await tenant.CallsAsync(vendor, "trigger"));
        Assert.Equal(left, (await connection.TriggerAsync(terms: Key("a"))).RunId);
    }

    [Theory]
    [MemberData(nameof(ListingVendors))]
    public async Task An_intent_of_a_dead_process_is_triggered_once_no_run_of_it_can_appear(string vendor)
    {
        using var connection = Connect(vendor);
        await connection.TriggerAsync(terms: Key("known"));
        await LeaveIntentAsync(connection, vendor);

        await connection.TriggerAsync(terms: Key("a"));

        Assert.Equal(2, await tenant.RunsCreatedAsync(vendor));
        Assert.Contains(connection.Told.Warnings, w => w.Contains("it is triggered now", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_new_process_knows_a_run_of_ours_from_the_ledger()
    {
        using (var earlier = Connect(PipelineVendor.Mage))
        {
            await earlier.TriggerAsync(terms: Key("known"));
        }

        using var connection = Connect(PipelineVendor.Mage);
        await tenant.FaultAsync(
            new
            {
                vendor = "mage",
                operation = "trigger",
                kind = "reset",
            }
        );
        await connection.TriggerAsync(terms: Key("a"));

        Assert.Equal(2, await tenant.RunsCreatedAsync(PipelineVendor.Mage));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"version\":1,\"state\":\"intent\",\"ven")]
    public async Task A_damaged_entry_is_in_doubt_and_blocks_its_key(string content)
    {
        using var connection = Connect(PipelineVendor.Prophecy);
        await connection.TriggerAsync(terms: Key("a"));
        File.WriteAllText(Assert.Single(Entries), content);

        var error = await connection.TriggerAsync(terms: Key("a")).FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await tenant.RunsCreatedAsync(PipelineVendor.Prophecy));
    }

    [Theory]
    [InlineData("garbage", "not one that PipelineTrigger writes")]
    [InlineData("null", "not one that PipelineTrigger writes")]
    [InlineData("{\"version\":2,\"state\":\"settled\",\"vendor\":\"Mage\",\"runId\":\"7\"}", "a later version of PipelineTrigger")]
    [InlineData("{\"version\":2,\"module\":\"9.8.7\",\"state\":\"intent\",\"vendor\":\"Mage\"}", "PipelineTrigger 9.8.7")]
    public async Task An_entry_of_a_later_version_or_another_program_blocks_its_key(string content, string said)
    {
        using var connection = Connect(PipelineVendor.Mage);
        await connection.TriggerAsync(terms: Key("a"));
        await tenant.PassAsync(TimeSpan.FromDays(1));
        File.WriteAllText(Assert.Single(Entries), content);

        var error = await connection.TriggerAsync(terms: Key("a")).FailsAsync(PipelineErrorId.LedgerUnavailable);

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await tenant.RunsCreatedAsync(PipelineVendor.Mage));
        Assert.Equal(content, File.ReadAllText(Assert.Single(Entries)));
    }

    [Fact]
    public async Task A_ledger_that_cannot_be_written_is_said_before_anything_is_sent()
    {
        File.WriteAllText(folder, "a file where the directory should be");
        using var connection = Connect(PipelineVendor.Mage);
        try
        {
            await connection.TriggerAsync(terms: Key("a")).FailsAsync(PipelineErrorId.LedgerUnavailable);
        }
        finally
        {
            File.Delete(folder);
        }

        Assert.Equal(0, await tenant.CallsAsync(PipelineVendor.Mage));
    }

    [Fact]
    public async Task A_trigger_without_a_key_does_not_fail_for_its_record()
    {
        File.WriteAllText(folder, "a file where the directory should be");
        using var connection = Connect(PipelineVendor.Mage);
        try
        {
            Assert.Equal("1", (await connection.TriggerAsync()).RunId);
        }
        finally
        {
            await connection.Client.FlushAsync(TestContext.Current.CancellationToken);
            File.Delete(folder);
        }
    }

    [Fact]
    public async Task No_value_of_a_request_and_no_secret_is_kept()
    {
        using var connection = Connect(PipelineVendor.Mage);
        await connection.TriggerAsync(
            new Dictionary<string, object?>
            {
                ["TriggerId"] = 1,
                ["Variables"] = """{"colour":"heliotrope"}""",
                ["TriggerToken"] = "trigger-token-1",
            },
            terms: Key("a")
        );

        var kept = string.Join("\n", Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(f => f + File.ReadAllText(f)));

        Assert.DoesNotContain("heliotrope", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("trigger-token-1", kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_attempt_that_was_long_under_way_makes_sure_of_its_claim_before_it_is_sent()
    {
        using var connection = Connect(PipelineVendor.Mage);
        await tenant.AnswerAsync(PipelineVendor.Mage, "trigger", 429, "{}", count: 1, headers: new() { ["Retry-After"] = "30" });
        var trigger = connection.TriggerAsync(terms: Key("a"));
        await trigger;

        var entry = LedgerEntry.Parse(File.ReadAllBytes(Assert.Single(Entries)))!;
        Assert.True(entry.CheckedAt - entry.ClaimedAt >= TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_run_that_cannot_be_recorded_is_returned_with_a_warning_and_its_key_in_doubt()
    {
        using var connection = ConnectFailing(PipelineVendor.Prophecy, static entry => entry.State == LedgerState.Settled ? Full() : null);

        var run = await connection.TriggerAsync(terms: Key("a"));

        Assert.Contains(connection.Told.Warnings, w =>
            w.Contains($"run {run.RunId}", StringComparison.Ordinal) && w.Contains("stays in doubt", StringComparison.Ordinal)
        );
        Assert.True(LedgerEntry.Parse(File.ReadAllBytes(Assert.Single(Entries)))!.IsInDoubt);
    }

    [Theory]
    [MemberData(nameof(ListingVendors))]
    public async Task A_found_run_that_cannot_be_recorded_is_not_adopted_and_its_key_not_freed(string vendor)
    {
        using var connection = ConnectFailing(vendor, static entry => entry.Origin is not null ? Full() : null);
        await connection.TriggerAsync(terms: Key("known"));
        await tenant.FaultAsync(
            new
            {
                vendor,
                operation = "trigger",
                kind = "reset",
                when = "after",
            }
        );

        var error = await connection.TriggerAsync(terms: Key("a")).FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.Contains("the ledger could not be used", error.Message, StringComparison.Ordinal);
        Assert.Equal((2, 2), (Entries.Length, await tenant.RunsCreatedAsync(vendor)));
    }

    [Fact]
    public async Task A_claim_lost_before_the_trigger_is_made_again_and_nothing_is_sent_twice()
    {
        var lost = 0;
        using var connection = ConnectFailing(PipelineVendor.Prophecy, _ => Interlocked.Increment(ref lost) == 1 ? new ClaimLost() : null);

        await connection.TriggerAsync(terms: Key("a"));

        Assert.Equal(1, await tenant.CallsAsync(PipelineVendor.Prophecy, "trigger"));
    }

    private static PipelineException Full() => new(PipelineErrorId.LedgerUnavailable, "The disk is full.");

    private Connected ConnectFailing(string vendor, Func<LedgerEntry, Exception?> failure) =>
        tenant.Connect(vendor, ledger: time => new FailingLedger(new DirectoryLedgerStore(folder, time), failure));

    private static IdempotencyOptions Key(string key) => new() { Key = key };

    private Connected Connect(string vendor) => tenant.Connect(vendor, ledger: time => new DirectoryLedgerStore(folder, time));

    private async Task LoseAsync(Connected connection, string vendor, bool after)
    {
        await tenant.FaultAsync(
            new
            {
                vendor,
                operation = "trigger",
                kind = "reset",
                when = after ? "after" : "before",
            }
        );
        await connection.TriggerAsync(terms: Key("a")).FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);
    }

    // As a process that was killed right after it had written what it was about to do.
    private async Task LeaveIntentAsync(Connected connection, string vendor, VendorSpan? sent = null)
    {
        using var store = new DirectoryLedgerStore(folder, connection.Clock);
        using var ledger = new RunLedger(store, vendor, tenant.BaseUri(vendor).AbsoluteUri, "nightly", connection.Clock);
        var workspace = vendor == PipelineVendor.Supaflow ? await tenant.SupaflowWorkspaceAsync() : null;
        await using var claim = await ledger.ClaimAsync("a", workspace, connection.Told, TestContext.Current.CancellationToken);
        var request = Sample.Parse(vendor, Sample.Fields(vendor));
        var subject =
            vendor == PipelineVendor.Mage
                ? new TriggerSubject("quick_pipeline", null)
                : new TriggerSubject(Sample.NightlySales, await tenant.SupaflowUserAsync());
        await claim.WriteAsync(
            ledger.Intent(request, subject, "a", Guid.NewGuid().ToString("N"), sent),
            TestContext.Current.CancellationToken
        );
    }

    // The dead process's trigger as the vendor got it.
    private async Task<string> TriggerAsDeadAsync(string vendor)
    {
        if (vendor == PipelineVendor.Supaflow)
        {
            return await tenant.RunAsync(vendor, new { pipelineId = Sample.NightlySales, createdBy = await tenant.SupaflowUserAsync() });
        }

        var id = LedgerEntry.Parse(File.ReadAllBytes(Entries.Single(e => File.ReadAllText(e).Contains("\"intent\""))))!.CorrelationId;
        using var other = tenant.Connect(vendor, noTriggerId: true);
        return (
            await other.TriggerAsync(
                new Dictionary<string, object?> { ["TriggerId"] = 1, ["Variables"] = $$"""{"pipeline_trigger_id":"{{id}}"}""" }
            )
        ).RunId;
    }
}
