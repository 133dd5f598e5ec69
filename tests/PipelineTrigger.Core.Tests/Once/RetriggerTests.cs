using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Ledger.FileSystem;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Once;

/// <summary>What a key stands for after a retrigger that created no run.</summary>
public sealed class RetriggerTests : IDisposable
{
    private readonly Tenant tenant;
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"ledger-{Guid.NewGuid():N}");

    public RetriggerTests(EmulatorProcess emulator) => tenant = emulator.NewTenant();

    public void Dispose()
    {
        ScratchFolder.Delete(folder);
    }

    [Theory]
    [InlineData(401, PipelineErrorId.AuthenticationFailed)]
    [InlineData(400, PipelineErrorId.TriggerRejected)]
    public async Task A_key_in_doubt_stays_in_doubt_if_the_retrigger_is_refused(int status, string errorId)
    {
        using var connection = Connect(PipelineVendor.Prophecy);
        await LoseAsync(connection);
        await tenant.AnswerAsync(PipelineVendor.Prophecy, "trigger", status, "{}", count: 2);
        await connection.TriggerAsync(terms: Retrigger()).FailsAsync(errorId);
        await tenant.DeleteAsync("faults");

        await connection.TriggerAsync(terms: Key).FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.Equal(1, await tenant.RunsCreatedAsync(PipelineVendor.Prophecy));
    }

    [Fact]
    public async Task A_key_in_doubt_stays_in_doubt_if_the_retrigger_is_stopped_before_it_is_sent()
    {
        using var connection = Connect(PipelineVendor.Prophecy);
        await LoseAsync(connection);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            connection.TriggerAsync(cancellationToken: stop.Token, terms: Retrigger(stop.Cancel))
        );

        await connection.TriggerAsync(terms: Key).FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.Equal(1, await tenant.RunsCreatedAsync(PipelineVendor.Prophecy));
    }

    [Fact]
    public async Task A_key_whose_entry_was_cut_off_stays_in_doubt_if_the_retrigger_is_refused()
    {
        using var connection = Connect(PipelineVendor.Prophecy);
        await connection.TriggerAsync(terms: Key);
        File.WriteAllText(Assert.Single(Directory.GetFiles(Path.Combine(folder, "keys"), "*.json")), "");
        await tenant.AnswerAsync(PipelineVendor.Prophecy, "trigger", 401, "{}", count: 2);
        await connection.TriggerAsync(terms: Retrigger()).FailsAsync(PipelineErrorId.AuthenticationFailed);
        await tenant.DeleteAsync("faults");

        await connection.TriggerAsync(terms: Key).FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.Equal(1, await tenant.RunsCreatedAsync(PipelineVendor.Prophecy));
    }

    [Fact]
    public async Task A_key_stands_for_its_failed_run_if_the_retrigger_is_refused()
    {
        using var connection = Connect(PipelineVendor.Mage);
        await tenant.SetAsync("defaults", new { outcome = "failed" });
        var run = await connection.TriggerAsync(terms: Key);
        await tenant.PassAsync(TimeSpan.FromSeconds(60));
        await tenant.AnswerAsync(PipelineVendor.Mage, "trigger", 403, "{}", count: 1);
        await Assert.ThrowsAsync<PipelineException>(() => connection.TriggerAsync(terms: Key with { RetriggerFailed = true }));
        await tenant.DeleteAsync("faults");

        var again = await connection.TriggerAsync(terms: Key);

        Assert.Equal((run.RunId, PipelineRunStatus.Failed), (again.RunId, again.Status));
    }

    [Fact]
    public async Task A_key_is_not_triggered_again_without_end_and_its_doubts_stay_readable()
    {
        using var connection = Connect(PipelineVendor.Prophecy);
        await LoseAsync(connection);
        await tenant.FaultAsync(
            new
            {
                vendor = "prophecy",
                operation = "trigger",
                kind = "reset",
                when = "after",
                count = 100,
            }
        );
        for (var i = 0; i < 20; i++)
        {
            await connection.TriggerAsync(terms: Retrigger()).FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);
        }

        var error = await connection.TriggerAsync(terms: Retrigger()).FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.Contains("20 times", error.Message, StringComparison.Ordinal);
        Assert.Equal(21, await tenant.RunsCreatedAsync(PipelineVendor.Prophecy));
        Assert.Equal(
            20,
            LedgerEntry.Parse(File.ReadAllBytes(Assert.Single(Directory.GetFiles(Path.Combine(folder, "keys"), "*.json"))))!.Depth
        );
    }

    [Fact]
    public async Task A_key_in_doubt_without_an_id_is_not_triggered_by_a_connection_that_sends_ids()
    {
        using (var without = tenant.Connect(PipelineVendor.Mage, noTriggerId: true, ledger: time => new DirectoryLedgerStore(folder, time)))
        {
            await tenant.FaultAsync(
                new
                {
                    vendor = "mage",
                    operation = "trigger",
                    kind = "reset",
                    when = "after",
                }
            );
            await without.TriggerAsync(terms: Key).FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);
        }

        using var connection = Connect(PipelineVendor.Mage);
        await connection.TriggerAsync(terms: new() { Key = "known" });

        await connection.TriggerAsync(terms: Key).FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.Equal(2, await tenant.RunsCreatedAsync(PipelineVendor.Mage));
    }

    [Fact]
    public async Task A_key_that_is_used_again_after_its_time_sends_another_id()
    {
        using var connection = Connect(PipelineVendor.Mage);
        await connection.TriggerAsync(terms: Key);
        var first = Entry().CorrelationId;
        connection.Clock.Advance(TimeSpan.FromDays(8));
        await connection.TriggerAsync(terms: Key);

        Assert.NotEqual(first, Entry().CorrelationId);
    }

    private static IdempotencyOptions Key => new() { Key = "a" };

    private static IdempotencyOptions Retrigger(Action? asked = null) =>
        Key with
        {
            RetriggerUnknown = (_, _) =>
            {
                asked?.Invoke();
                return Task.FromResult(true);
            },
        };

    private LedgerEntry Entry() =>
        LedgerEntry.Parse(File.ReadAllBytes(Assert.Single(Directory.GetFiles(Path.Combine(folder, "keys"), "*.json"))))!;

    private Connected Connect(string vendor) => tenant.Connect(vendor, ledger: time => new DirectoryLedgerStore(folder, time));

    private async Task LoseAsync(Connected connection)
    {
        await tenant.FaultAsync(
            new
            {
                vendor = "prophecy",
                operation = "trigger",
                kind = "reset",
                when = "after",
            }
        );
        await connection.TriggerAsync(terms: Key).FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);
    }
}
