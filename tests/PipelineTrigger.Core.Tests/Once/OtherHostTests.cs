using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Ledger.FileSystem;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Once;

/// <summary>A key that a host with another clock, or another user, has left in doubt.</summary>
public sealed class OtherHostTests : IDisposable
{
    private readonly Tenant tenant;
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"ledger-{Guid.NewGuid():N}");

    public OtherHostTests(EmulatorProcess emulator) => tenant = emulator.NewTenant();

    public static TheoryData<string, int> Clocks =>
        new(
            from vendor in (string[])[PipelineVendor.Mage, PipelineVendor.Supaflow]
            from seconds in (int[])[40, -40, 600, -600]
            select (vendor, seconds)
        );

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        ScratchFolder.Delete(folder);
    }

    [Theory]
    [MemberData(nameof(Clocks))]
    public async Task A_run_of_a_host_whose_clock_is_off_is_found_and_not_triggered_again(string vendor, int seconds)
    {
        await ShowOneOfOursAsync(vendor);
        await DieAsync(vendor, seconds, after: true);
        using var connection = Connect(vendor);

        var run = await connection.TriggerAsync(terms: Key);

        Assert.StartsWith("adopted", run.Details["Origin"], StringComparison.Ordinal);
        Assert.Equal(2, await tenant.RunsCreatedAsync(vendor));
    }

    [Theory]
    [MemberData(nameof(Clocks))]
    public async Task A_run_of_an_entry_that_has_no_vendor_time_is_found_all_the_same(string vendor, int seconds)
    {
        await ShowOneOfOursAsync(vendor);
        await DieAsync(vendor, seconds, after: true);
        await RewriteAsync(e => e with { SentFrom = null, SentUntil = null });
        using var connection = Connect(vendor);

        await connection.TriggerAsync(terms: Key);

        Assert.Equal(2, await tenant.RunsCreatedAsync(vendor));
    }

    [Theory]
    [MemberData(nameof(Clocks))]
    public async Task A_run_of_a_host_whose_clock_is_off_is_absent_only_after_the_vendors_horizon(string vendor, int seconds)
    {
        await ShowOneOfOursAsync(vendor);
        await DieAsync(vendor, seconds, after: false);
        using var connection = Connect(vendor);
        var began = connection.Clock.GetUtcNow();

        await connection.TriggerAsync(terms: Key);

        Assert.Equal(2, await tenant.RunsCreatedAsync(vendor));
        Assert.True(connection.Clock.GetUtcNow() - began > TimeSpan.FromSeconds(Connected.HorizonSec - 60));
    }

    [Fact]
    public async Task A_lost_trigger_of_another_user_is_not_counted_among_ours()
    {
        await ShowOneOfOursAsync(PipelineVendor.Supaflow);
        using var connection = Connect(PipelineVendor.Supaflow);
        using (var store = new DirectoryLedgerStore(folder, connection.Clock))
        {
            await using var bobs = await store.AcquireAsync("bobs", connection.Told, Cancel);
            await bobs.WriteAsync(
                new()
                {
                    State = LedgerState.Unknown,
                    Vendor = PipelineVendor.Supaflow,
                    BaseUri = tenant.BaseUri(PipelineVendor.Supaflow).AbsoluteUri,
                    Subject = Sample.NightlySales,
                    User = "bob",
                    CorrelationId = "bobs",
                    ClaimedAt = DateTime.UtcNow,
                    CheckedAt = DateTime.UtcNow,
                },
                Cancel
            );
        }

        await tenant.FaultAsync(
            new
            {
                vendor = "supaflow",
                operation = "trigger",
                kind = "reset",
                when = "after",
            }
        );

        Assert.StartsWith("adopted", (await connection.TriggerAsync(terms: Key)).Details["Origin"], StringComparison.Ordinal);
        Assert.Equal(2, await tenant.RunsCreatedAsync(PipelineVendor.Supaflow));
    }

    [Fact]
    public async Task A_lost_trigger_of_an_unknown_user_may_have_made_the_run()
    {
        await A_lost_trigger_of_another_user_is_not_counted_among_ours();
        await RewriteAsync(e => e.CorrelationId == "bobs" ? e with { User = null } : e);
        using var connection = Connect(PipelineVendor.Supaflow);
        await tenant.FaultAsync(
            new
            {
                vendor = "supaflow",
                operation = "trigger",
                kind = "reset",
                when = "after",
            }
        );

        await connection.TriggerAsync(terms: new() { Key = "b" }).FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);
    }

    [Theory, InlineData("bob", true), InlineData("bob", false), InlineData(null, true), InlineData(null, false)]
    public async Task A_key_that_another_user_left_in_doubt_is_not_triggered_and_gets_no_run(string? user, bool after)
    {
        await ShowOneOfOursAsync(PipelineVendor.Supaflow);
        await DieAsync(PipelineVendor.Supaflow, 0, after);
        await RewriteAsync(e => e.Key == Key.Key ? e with { User = user } : e);
        var before = await tenant.RunsCreatedAsync(PipelineVendor.Supaflow);
        using var connection = Connect(PipelineVendor.Supaflow);

        var error = await connection.TriggerAsync(terms: Key).FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);
        Assert.Contains("another user", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await tenant.RunsCreatedAsync(PipelineVendor.Supaflow));
    }

    [Theory, InlineData(PipelineVendor.Mage), InlineData(PipelineVendor.Supaflow)]
    public async Task A_run_that_could_not_be_recorded_is_found_when_its_process_uses_the_key_again(string vendor)
    {
        await ShowOneOfOursAsync(vendor);
        var fails = true;
        using var connection = tenant.Connect(vendor, ledger: time => new FailingLedger(new DirectoryLedgerStore(folder, time), e =>
            fails && e.State == LedgerState.Settled ? new PipelineException(PipelineErrorId.LedgerUnavailable, "full") : null
        ));
        var first = await connection.TriggerAsync(terms: Key);
        fails = false;

        Assert.Equal(first.RunId, (await connection.TriggerAsync(terms: Key)).RunId);
        Assert.Equal(2, await tenant.RunsCreatedAsync(vendor));
    }

    [Fact]
    public async Task Without_the_ledger_no_run_is_adopted_by_exclusion()
    {
        var full = new PipelineException(PipelineErrorId.LedgerUnavailable, "full");
        using var connection = tenant.Connect(PipelineVendor.Supaflow, ledger: time => new FailingLedger(
            new DirectoryLedgerStore(folder, time),
            static _ => null,
            claimFailure: full
        ));
        await connection.TriggerAsync();
        await tenant.FaultAsync(
            new
            {
                vendor = "supaflow",
                operation = "trigger",
                kind = "reset",
                when = "after",
            }
        );

        var error = await connection.TriggerAsync().FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.Contains("the ledger could not be used", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, await tenant.RunsCreatedAsync(PipelineVendor.Supaflow));
    }

    [Fact]
    public async Task A_key_settled_in_the_form_without_a_workspace_still_stands_for_its_run()
    {
        string runId;
        using (var first = Connect(PipelineVendor.Supaflow))
        {
            runId = (await first.TriggerAsync(terms: Key)).RunId;
        }

        var file = Assert.Single(Directory.GetFiles(Path.Combine(folder, "keys"), "*.json"));
        File.Move(
            file,
            Path.Combine(
                folder,
                "keys",
                LedgerName.OfKey(PipelineVendor.Supaflow, tenant.BaseUri(PipelineVendor.Supaflow).AbsoluteUri, null, Key.Key!) + ".json"
            )
        );
        using var connection = Connect(PipelineVendor.Supaflow);

        Assert.Equal(runId, (await connection.TriggerAsync(terms: Key)).RunId);
        Assert.Equal(1, await tenant.RunsCreatedAsync(PipelineVendor.Supaflow));
    }

    [Fact]
    public async Task A_key_of_the_old_form_that_is_freed_meanwhile_is_claimed_in_its_workspace()
    {
        const string baseUri = "https://app.example.com";
        using var store = new DirectoryLedgerStore(folder, TimeProvider.System);
        using var ledger = new RunLedger(store, PipelineVendor.Supaflow, baseUri, "nightly", TimeProvider.System);
        var owner = await store.AcquireAsync(
            LedgerName.OfKey(PipelineVendor.Supaflow, baseUri, null, "a"),
            new RecordingObserver(),
            Cancel
        );
        await owner.WriteAsync(
            new LedgerEntry
            {
                State = LedgerState.Intent,
                Vendor = PipelineVendor.Supaflow,
                BaseUri = baseUri,
                Key = "a",
            },
            Cancel
        );

        var waiting = ledger.ClaimAsync("a", "one", new RecordingObserver(), Cancel);
        Assert.False(waiting.IsCompleted);
        await owner.DeleteAsync(Cancel);
        await owner.DisposeAsync();

        await using var claim = await waiting;
        Assert.Equal(LedgerName.OfKey(PipelineVendor.Supaflow, baseUri, "one", "a"), claim.Name);
    }

    [Fact]
    public void The_same_key_in_two_workspaces_is_two_keys() =>
        Assert.Equal(
            3,
            new[] { null, "one", "two" }.Select(w => LedgerName.OfKey("Supaflow", "https://app.example.com", w, "a")).Distinct().Count()
        );

    [Fact]
    public async Task At_Supaflow_a_trigger_without_a_key_is_in_the_ledger_before_it_is_sent()
    {
        using var connection = Connect(PipelineVendor.Supaflow);
        await tenant.FaultAsync(
            new
            {
                vendor = "supaflow",
                operation = "trigger",
                kind = "stall",
            }
        );
        using var stop = new CancellationTokenSource();
        var trigger = connection.TriggerAsync(cancellationToken: stop.Token);
        await Tenant.UntilAsync(async () => await tenant.CallsAsync(PipelineVendor.Supaflow, "trigger") > 0);

        using (var store = new DirectoryLedgerStore(folder, connection.Clock))
        using (
            var ledger = new RunLedger(
                store,
                PipelineVendor.Supaflow,
                tenant.BaseUri(PipelineVendor.Supaflow).AbsoluteUri,
                "nightly",
                connection.Clock
            )
        )
        {
            var elsewhere = await ledger.ReadSubjectAsync(new(Sample.NightlySales, await tenant.SupaflowUserAsync()), [], "", Cancel);
            Assert.Single(elsewhere.InDoubt);
        }

        stop.Cancel();
        await trigger.FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);
    }

    [Fact]
    public async Task The_run_of_a_key_whose_time_is_over_is_known_while_its_next_trigger_is_in_doubt()
    {
        using var connection = Connect(PipelineVendor.Supaflow);
        var run = await connection.TriggerAsync(terms: Key);
        await RewriteAsync(e => e with { SentFrom = null, SentUntil = null, ClaimedAt = e.ClaimedAt.AddDays(-8) });
        await tenant.FaultAsync(
            new
            {
                vendor = "supaflow",
                operation = "trigger",
                kind = "reset",
            }
        );
        await tenant.AnswerAsync(PipelineVendor.Supaflow, "list", 403, "{}");
        await connection.TriggerAsync(terms: Key).FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        using var store = new DirectoryLedgerStore(folder, connection.Clock);
        using var ledger = new RunLedger(
            store,
            PipelineVendor.Supaflow,
            tenant.BaseUri(PipelineVendor.Supaflow).AbsoluteUri,
            "nightly",
            connection.Clock
        );
        var elsewhere = await ledger.ReadSubjectAsync(new(Sample.NightlySales, await tenant.SupaflowUserAsync()), [], "", Cancel);

        Assert.Single(elsewhere.InDoubt);
        Assert.Contains(run.RunId, elsewhere.RunIds);
    }

    [Fact]
    public async Task At_Supaflow_a_refused_trigger_without_a_key_is_in_doubt_no_longer()
    {
        using var connection = Connect(PipelineVendor.Supaflow);
        await tenant.SetAsync("auth", new { outOfCredits = true });
        await connection.TriggerAsync().FailsAsync(PipelineErrorId.OutOfCredits);
        await connection.Client.FlushAsync(Cancel);

        using var store = new DirectoryLedgerStore(folder, connection.Clock);
        Assert.Empty(await RunHistory.ReadAsync(store, Cancel));
    }

    // Absence, and at Supaflow a run, are believed only of a list that has shown a run that is certainly ours.
    private async Task ShowOneOfOursAsync(string vendor)
    {
        using var connection = Connect(vendor);
        await connection.TriggerAsync(terms: new() { Key = "known" });
    }

    private static IdempotencyOptions Key => new() { Key = "a" };

    private Connected Connect(string vendor) => tenant.Connect(vendor, ledger: time => new DirectoryLedgerStore(folder, time));

    // A host that triggers and dies before it can record the outcome.
    private async Task DieAsync(string vendor, int seconds, bool after)
    {
        using var connection = tenant.Connect(vendor, ledger: time => new FailingLedger(new DirectoryLedgerStore(folder, time), e =>
            e.State == LedgerState.Intent ? null : new PipelineException(PipelineErrorId.LedgerUnavailable, "dead")
        ));
        connection.Clock.AdjustTime(connection.Clock.GetUtcNow().AddSeconds(seconds));
        await tenant.FaultAsync(
            new
            {
                vendor,
                operation = "trigger",
                kind = "reset",
                when = after ? "after" : "before",
            }
        );
        if (!after)
        {
            await tenant.AnswerAsync(vendor, "list", 403, "{}", count: 1);
        }

        await connection.TriggerAsync(terms: Key).FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);
    }

    private Task RewriteAsync(Func<LedgerEntry, LedgerEntry> change)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(folder, "keys"), "*.json"))
        {
            File.WriteAllBytes(file, change(LedgerEntry.Parse(File.ReadAllBytes(file))!).ToBytes());
        }

        return Task.CompletedTask;
    }
}
