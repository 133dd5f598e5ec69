using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Ledger.FileSystem;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Ledger;

/// <summary>What a directory gets rid of by itself, and by whose clock.</summary>
public sealed class PruningTests : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"ledger-{Guid.NewGuid():N}");
    private readonly RecordingObserver told = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Keys => Path.Combine(folder, "keys");

    public void Dispose()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_directorys_clock_decides_how_old_an_entry_is_not_this_machines()
    {
        var fast = new ManualClock();
        fast.Advance(DateTimeOffset.UtcNow - fast.GetUtcNow() + TimeSpan.FromDays(4000));
        using var store = new DirectoryLedgerStore(folder, fast);
        await WriteAsync(store, "a");
        await store.PruneAsync(LedgerAge.Least, Cancel);

        Assert.Single(Directory.GetFiles(Keys));
    }

    [Fact]
    public async Task A_file_from_the_future_does_not_make_the_others_old()
    {
        using var store = LedgerStores.Directory(folder);
        await WriteAsync(store, "a");
        await WriteAsync(store, "b");
        File.SetLastWriteTimeUtc(Path.Combine(Keys, "b.json"), DateTime.UtcNow.AddYears(20));
        await store.PruneAsync(LedgerAge.Least, Cancel);

        Assert.Equal(2, Directory.GetFiles(Keys).Length);
    }

    [Fact]
    public async Task Pruning_removes_an_old_entry_with_its_lock_and_index_and_what_a_crash_left()
    {
        using var store = LedgerStores.Directory(folder);
        await WriteAsync(store, "a");
        await (await store.AcquireAsync("freed", told, Cancel)).DisposeAsync();
        var (oldDraft, newDraft) = (Path.Combine(Keys, "a.json.0123.new"), Path.Combine(Keys, "b.json.4567.new"));
        File.WriteAllText(oldDraft, "");
        Age(TimeSpan.FromDays(40));
        File.WriteAllText(newDraft, "");
        await store.PruneAsync(LedgerAge.Least, Cancel);

        Assert.Equal([newDraft], Directory.GetFiles(folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task One_start_takes_away_so_many_at_the_most_and_the_next_ones_the_rest()
    {
        using var store = LedgerStores.Directory(folder);
        var text = Settled.ToBytes();
        Directory.CreateDirectory(Keys);
        for (var i = 0; i < LedgerAge.MostAtOnce + 30; i++)
        {
            File.WriteAllBytes(Path.Combine(Keys, $"{i}.json"), text);
        }

        Age(TimeSpan.FromDays(40));
        await WriteAsync(store, "a");
        await store.PruneAsync(LedgerAge.Least, Cancel);
        Assert.Equal(31, Directory.GetFiles(Keys).Length);
        await store.PruneAsync(LedgerAge.Least, Cancel);
        Assert.Single(Directory.GetFiles(Keys));
    }

    [Fact]
    public async Task The_first_trigger_with_a_key_prunes_and_does_not_wait_for_it()
    {
        using var store = LedgerStores.Directory(folder);
        await WriteAsync(store, "old");
        Age(TimeSpan.FromDays(40));
        await WriteAsync(store, "new");
        using (
            var ledger = new RunLedger(LedgerStores.Directory(folder), "mage", "https://mage.example.com", "nightly", TimeProvider.System)
        )
        {
            await (await ledger.ClaimAsync("a", null, told, Cancel)).DisposeAsync();
            await Tenant.UntilAsync(() =>
                Task.FromResult(!File.Exists(Path.Combine(Keys, "old.json")) && !File.Exists(Path.Combine(folder, "locks", "old.lock")))
            );
        }
    }

    [Theory]
    [InlineData(LedgerState.Settled, 7, 8, true)]
    [InlineData(LedgerState.Settled, 7, 7, false)]
    [InlineData(LedgerState.Settled, 3000, 2999, false)]
    [InlineData(LedgerState.Settled, null, 3649, false)]
    [InlineData(LedgerState.Intent, 7, 4000, false)]
    [InlineData(LedgerState.Unknown, 7, 4000, false)]
    public void An_entry_is_over_when_it_is_settled_and_older_than_its_key_s_window(string state, int? window, int days, bool isOver) =>
        Assert.Equal(isOver, LedgerAge.IsOver(Settled with { State = state, WindowDays = window }, TimeSpan.FromDays(days)));

    [Theory, InlineData("append"), InlineData("rewrite")]
    public async Task A_page_is_added_to_and_rewritten_under_its_lock_only(string change)
    {
        using var store = LedgerStores.Directory(folder);
        await store.AppendAsync([Settled], Cancel);
        var page = Assert.Single(Directory.GetFiles(Path.Combine(folder, "history")));
        var before = File.ReadAllText(page);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using (
            new FileStream(
                Path.Combine(folder, "locks", Path.GetFileName(page) + ".lock"),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            )
        )
        {
            var changing =
                change == "append"
                    ? store.AppendAsync([Settled], stop.Token)
                    : store.RewriteAsync(Path.GetFileName(page), _ => false, stop.Token);
            stop.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => changing);
        }

        Assert.Equal(before, File.ReadAllText(page));
    }

    [Fact]
    public async Task No_line_is_lost_that_is_added_while_others_are_taken_out()
    {
        using var store = LedgerStores.Directory(folder);
        using var other = LedgerStores.Directory(folder);
        await store.AppendAsync([Settled with { Target = "0" }], Cancel);
        var page = Path.GetFileName(Assert.Single(Directory.GetFiles(Path.Combine(folder, "history"))));
        var adding = Task.Run(() => AddAsync(store), Cancel);
        while (!adding.IsCompleted)
        {
            await other.RewriteAsync(page, l => l.Target != "gone", Cancel);
        }

        await adding;
        await other.RewriteAsync(page, l => l.Target != "gone", Cancel);
        var lines = 0;
        await foreach (var read in store.ReadHistoryAsync(null, Cancel))
        {
            lines += read.Lines.Count;
        }

        Assert.Equal(101, lines);
    }

    private static LedgerEntry Settled =>
        new()
        {
            State = LedgerState.Settled,
            RunId = "7",
            Vendor = "mage",
            Key = "a",
            WindowDays = 7,
        };

    private static async Task AddAsync(ILedgerStore store)
    {
        for (var i = 0; i < 100; i++)
        {
            await store.AppendAsync([Settled with { Target = "stays" }, Settled with { Target = "gone" }], Cancel);
        }
    }

    private async Task WriteAsync(ILedgerStore store, string name)
    {
        await using var claim = await store.AcquireAsync(name, told, Cancel);
        await claim.WriteAsync(Settled, Cancel);
    }

    private void Age(TimeSpan age)
    {
        foreach (var file in new DirectoryInfo(folder).GetFiles("*", SearchOption.AllDirectories))
        {
            file.LastWriteTimeUtc -= age;
        }
    }
}
