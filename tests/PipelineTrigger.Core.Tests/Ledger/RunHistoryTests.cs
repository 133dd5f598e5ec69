using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Doubles;

namespace PipelineTrigger.Core.Tests.Ledger;

/// <summary>What people read and remove, while others go on triggering.</summary>
public sealed class RunHistoryTests : IDisposable
{
    private const string Name = "nightly";

    private readonly string folder = Path.Combine(Path.GetTempPath(), $"ledger-{Guid.NewGuid():N}");
    private readonly RecordingObserver told = new();
    private readonly ILedgerStore store;
    private readonly List<PipelineException> kept = [];

    public RunHistoryTests() => store = LedgerStores.Directory(folder);

    public static TheoryData<string, string> Shown =>
        new()
        {
            { LedgerState.Intent, "InDoubt" },
            { LedgerState.Unknown, "InDoubt" },
            { LedgerState.Settled, "Settled" },
        };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string EntryFile => Path.Combine(folder, "keys", Name + ".json");

    public void Dispose()
    {
        store.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory, MemberData(nameof(Shown))]
    public async Task An_entry_that_is_as_it_was_shown_is_removed_and_leaves_nothing(string state, string shownAs)
    {
        await WriteAsync(Entry(state));
        var shown = await ReadAsync();
        Assert.Equal(shownAs, shown.State);
        await RemoveAsync(shown);

        Assert.Empty(kept);
        Assert.Empty(Directory.GetFiles(folder, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(LedgerState.Intent, LedgerState.Settled)]
    [InlineData(LedgerState.Unknown, LedgerState.Settled)]
    [InlineData(LedgerState.Unknown, LedgerState.Intent)]
    [InlineData(LedgerState.Settled, LedgerState.Unknown)]
    public async Task An_entry_that_has_changed_since_it_was_shown_stays_and_that_is_told(string before, string after)
    {
        await WriteAsync(Entry(before));
        var shown = await ReadAsync();
        await WriteAsync(Entry(after));
        var content = File.ReadAllText(EntryFile);
        await RemoveAsync(shown);

        Assert.Equal(PipelineErrorId.InvalidInput, Assert.Single(kept).ErrorId);
        Assert.Contains("has changed since it was read", kept[0].Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(EntryFile));
    }

    [Fact]
    public async Task An_entry_that_was_settled_again_by_another_run_stays()
    {
        await WriteAsync(Entry(LedgerState.Settled));
        var shown = await ReadAsync();
        await WriteAsync(Entry(LedgerState.Settled) with { RunId = "8" });
        await RemoveAsync(shown);

        Assert.Contains("run 8", Assert.Single(kept).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(EntryFile));
    }

    [Fact]
    public async Task An_entry_whose_run_was_only_looked_at_again_is_removed()
    {
        await WriteAsync(Entry(LedgerState.Settled) with { Status = PipelineRunStatus.Running });
        var shown = await ReadAsync();
        await WriteAsync(Entry(LedgerState.Settled) with { Status = PipelineRunStatus.Succeeded });
        await RemoveAsync(shown);

        Assert.Empty(kept);
        Assert.False(File.Exists(EntryFile));
    }

    [Fact]
    public async Task An_entry_that_another_process_has_removed_is_no_error()
    {
        await WriteAsync(Entry(LedgerState.Unknown));
        var shown = await ReadAsync();
        await RemoveAsync(shown);
        await RemoveAsync(shown);

        Assert.Empty(kept);
    }

    [Fact]
    public async Task An_entry_that_is_being_triggered_stays()
    {
        await WriteAsync(Entry(LedgerState.Unknown));
        var shown = await ReadAsync();
        using var other = LedgerStores.Directory(folder);
        await using (await other.AcquireAsync(Name, told, Cancel))
        {
            await RemoveAsync(shown);
        }

        Assert.Contains("is being triggered at this moment", Assert.Single(kept).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(EntryFile));
    }

    [Fact]
    public async Task An_entry_of_a_later_version_is_shown_as_such_blocks_and_is_not_removed()
    {
        const string later = """{"version":2,"module":"9.8.7"}""";
        await WriteAsync(Entry(LedgerState.Unknown));
        File.WriteAllText(EntryFile, later);
        var shown = await ReadAsync();
        Assert.Equal(("Unreadable", true), (shown.State, shown.InDoubt));
        Assert.Contains("PipelineTrigger 9.8.7", shown.Message, StringComparison.Ordinal);
        await RemoveAsync(shown);

        Assert.Equal(PipelineErrorId.LedgerUnavailable, Assert.Single(kept).ErrorId);
        Assert.Equal(later, File.ReadAllText(EntryFile));
    }

    [Theory, InlineData("", "Damaged"), InlineData("garbage", "Unreadable")]
    public async Task What_is_no_entry_is_removed_if_that_is_what_was_shown(string content, string state)
    {
        await WriteAsync(Entry(LedgerState.Unknown));
        File.WriteAllText(EntryFile, content);
        var shown = await ReadAsync();
        Assert.Equal((state, true), (shown.State, shown.InDoubt));
        WriteFile(Entry(LedgerState.Settled));
        await RemoveAsync(shown);
        Assert.Single(kept);
        Assert.True(File.Exists(EntryFile));

        File.WriteAllText(EntryFile, content);
        await RemoveAsync(shown);
        Assert.False(File.Exists(EntryFile));
    }

    [Fact]
    public async Task Before_a_time_settled_entries_are_removed_and_entries_in_doubt_stay()
    {
        await WriteAsync(Entry(LedgerState.Settled));
        await WriteAsync(Entry(LedgerState.Unknown), "doubt");
        await WriteAsync(Entry(LedgerState.Settled) with { ClaimedAt = new(2024, 7, 1, 0, 0, 0, DateTimeKind.Utc) }, "later");
        await store.AppendAsync(
            [
                Entry(LedgerState.Settled) with
                {
                    Key = null,
                    Target = "one",
                },
                Entry(LedgerState.Unknown) with
                {
                    Key = null,
                    RunId = null,
                    Target = "two",
                },
            ],
            Cancel
        );
        await RunHistory.RemoveBeforeAsync(
            store,
            e => e.TriggeredAt < new DateTime(2024, 6, 15, 0, 0, 0, DateTimeKind.Utc),
            (_, e) => kept.Add(e),
            Cancel
        );

        Assert.Empty(kept);
        Assert.Equal(["InDoubt", "InDoubt", "Settled"], (await RunHistory.ReadAsync(store, Cancel)).Select(e => e.State));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Whose_a_run_is_cannot_be_told_while_a_later_version_s_trigger_cannot_be_read(bool hasKey)
    {
        var subject = new TriggerSubject("sales", "");
        using var ledger = new RunLedger(
            LedgerStores.Directory(folder),
            "mage",
            "https://mage.example.com",
            "nightly",
            TimeProvider.System
        );
        await WriteAsync(Entry(LedgerState.Settled) with { Subject = "sales" });
        Assert.Equal(["7"], (await ledger.ReadSubjectAsync(subject, [], "", Cancel)).RunIds);
        if (hasKey)
        {
            File.WriteAllText(Path.Combine(folder, "keys", "later.json"), """{"version":2}""");
        }
        else
        {
            await store.AppendAsync([Entry(LedgerState.Settled) with { Version = 2, Module = null }], Cancel);
        }

        var error = await Assert.ThrowsAsync<PipelineException>(() => ledger.ReadSubjectAsync(subject, [], "", Cancel));
        Assert.Equal(PipelineErrorId.LedgerUnavailable, error.ErrorId);
        Assert.Contains("later version", error.Message, StringComparison.Ordinal);
    }

    private static LedgerEntry Entry(string state) =>
        new()
        {
            State = state,
            Key = "a",
            Vendor = "mage",
            BaseUri = "https://mage.example.com",
            Target = "Mage trigger 1",
            RunId = state == LedgerState.Settled ? "7" : null,
            ClaimedAt = new(2024, 6, 1, 12, 0, 0, DateTimeKind.Utc),
        };

    private async Task WriteAsync(LedgerEntry entry, string name = Name)
    {
        await using var claim = await store.AcquireAsync(name, told, Cancel);
        await claim.WriteAsync(entry, Cancel);
    }

    private void WriteFile(LedgerEntry entry) => File.WriteAllBytes(EntryFile, entry.ToBytes());

    private async Task<PipelineRunHistory> ReadAsync() => Assert.Single(await RunHistory.ReadAsync(store, Cancel));

    private Task RemoveAsync(PipelineRunHistory entry) => RunHistory.RemoveAsync([entry], (_, e) => kept.Add(e), Cancel);
}
