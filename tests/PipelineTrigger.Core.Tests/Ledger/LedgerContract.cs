using System.Text;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Tests.Doubles;

namespace PipelineTrigger.Core.Tests.Ledger;

/// <summary>What every form of the ledger promises.</summary>
public abstract class LedgerContract : IAsyncLifetime
{
    private static readonly string Name = LedgerName.OfKey("mage", "https://mage.example.com", "nightly");

    private readonly RecordingObserver told = new();

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> DamagedEntries => new()
    {
        { "empty", "" },
        { "truncated", """{"version":1,"state":"intent","vendor":"ma""" },
        { "no entry", "null" },
        { "of zeros", "\0\0\0\0" },
        { "without a vendor", """{"version":1,"state":"intent"}""" },
        { "settled without a run", """{"version":1,"state":"settled","vendor":"mage"}""" },
        { "of a later version", """{"version":2,"state":"intent","vendor":"mage"}""" },
    };

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

    /// <summary>The ledger as one more process sees it.</summary>
    private protected abstract ILedgerStore Open();

    /// <summary>Puts bytes in an entry's place.</summary>
    private protected abstract Task PutAsync(string name, byte[] content);

    /// <summary>Makes another process the owner of a name; what is returned kills it.</summary>
    private protected abstract Task<Func<Task>> OwnElsewhereAsync(string name);

    [Fact]
    public async Task What_an_owner_writes_the_next_one_reads()
    {
        using var store = Open();
        var entry = Entry("1");
        await using (var first = await ClaimAsync(store))
        {
            Assert.False(first.Exists);
            Assert.Null(first.Content);
            await first.WriteAsync(Entry("0"), Cancel);
            await first.ConfirmAsync(Cancel);
            await first.WriteAsync(entry, Cancel);
            Assert.True(first.Exists);
            Assert.Equal(entry, first.Content);
        }

        using var other = Open();
        await using var second = await ClaimAsync(other);
        Assert.True(second.Exists);
        Assert.Equal(entry, second.Content);
        Assert.InRange(second.ChangedAt!.Value, DateTime.UtcNow.AddMinutes(-5), DateTime.UtcNow.AddMinutes(1));
    }

    [Fact]
    public async Task A_deleted_entry_is_gone_and_may_be_written_anew()
    {
        using var store = Open();
        await using (var first = await ClaimAsync(store))
        {
            await first.WriteAsync(Entry("1"), Cancel);
            await first.DeleteAsync(Cancel);
            Assert.False(first.Exists);
        }

        await using var second = await ClaimAsync(store);
        Assert.False(second.Exists);
        await second.WriteAsync(Entry("2"), Cancel);
        Assert.Equal(Entry("2"), Assert.Single(await ListAsync(store)).Content);
    }

    [Fact]
    public async Task A_name_that_has_an_owner_is_waited_for_and_that_is_told()
    {
        using var store = Open();
        using var other = Open();
        var first = await ClaimAsync(store);
        var second = ClaimAsync(other);
        while (told.VerboseLines.All(l => !l.StartsWith("Another process", StringComparison.Ordinal)))
        {
            Assert.False(second.IsCompleted);
            await Task.Delay(10, Cancel);
        }

        await first.WriteAsync(Entry("1"), Cancel);
        await first.DisposeAsync();
        await using var claim = await second;
        Assert.Equal(Entry("1"), claim.Content);
    }

    [Fact]
    public async Task Of_many_who_want_a_new_name_at_once_each_is_its_owner_alone()
    {
        const int many = 8;
        var numbers = await Task.WhenAll(Enumerable.Range(0, many).Select(_ => CountAsync()));

        Assert.Equal(Enumerable.Range(1, many), numbers.OrderBy(n => n));

        async Task<int> CountAsync()
        {
            using var store = Open();
            while (true)
            {
                try
                {
                    await using var claim = await ClaimAsync(store);
                    var number = claim.Content?.ProcessId + 1 ?? 1;
                    await claim.WriteAsync(Entry("1") with { ProcessId = number }, Cancel);
                    return number;
                }
                catch (ClaimLost)
                {
                    // Somebody was first.
                }
            }
        }
    }

    [Fact]
    public async Task Waiting_ends_when_the_caller_stops()
    {
        using var store = Open();
        using var other = Open();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await using var first = await ClaimAsync(store);
        var second = other.AcquireAsync(Name, told, stop.Token);
        stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }

    [Fact]
    public async Task A_new_entry_is_not_written_over_one_that_somebody_else_made()
    {
        using var store = Open();
        await using var claim = await ClaimAsync(store);
        await PutAsync(Name, Entry("of another").ToBytes());

        await Assert.ThrowsAsync<ClaimLost>(() => claim.WriteAsync(Entry("ours"), Cancel));
        Assert.Equal(Entry("of another"), Assert.Single(await ListAsync(store)).Content);
    }

    [Fact]
    public async Task An_entry_that_somebody_else_changed_is_not_triggered_for()
    {
        using var store = Open();
        await using var claim = await ClaimAsync(store);
        await claim.WriteAsync(Entry("ours"), Cancel);
        await PutAsync(Name, Entry("of another").ToBytes());

        await Assert.ThrowsAsync<ClaimLost>(async () =>
        {
            await claim.ConfirmAsync(Cancel);
            await claim.WriteAsync(Entry("ours, again"), Cancel);
        });
        Assert.Equal(Entry("of another"), Assert.Single(await ListAsync(store)).Content);
    }

    [Theory, MemberData(nameof(DamagedEntries))]
    public async Task A_damaged_entry_is_there_without_content(string damage, string content)
    {
        using var store = Open();
        await (await ClaimAsync(store)).DisposeAsync();
        await PutAsync(Name, Encoding.UTF8.GetBytes(content));
        await using var claim = await ClaimAsync(store);

        Assert.True(claim.Exists, damage);
        Assert.Null(claim.Content);
        Assert.NotNull(claim.ChangedAt);
        Assert.Null(Assert.Single(await ListAsync(store)).Content);
        await claim.WriteAsync(Entry("mended"), Cancel);
        Assert.Equal(Entry("mended"), Assert.Single(await ListAsync(store)).Content);
    }

    [Theory, InlineData("nightly"), InlineData("../../etc/passwd"), InlineData("🚀 2024-06-01 % ? # & Ünïcödé"), InlineData("a\\b:c*|<>\"")]
    public async Task Any_key_makes_a_name(string key)
    {
        var name = LedgerName.OfKey("mage", "https://mage.example.com", key);
        using var store = Open();
        await using var claim = await store.AcquireAsync(name, told, Cancel);
        await claim.WriteAsync(Entry("1") with { Key = key }, Cancel);

        Assert.Equal((name, key), Assert.Single(await ListAsync(store)) is var listed ? (listed.Name, listed.Content?.Key) : default);
    }

    [Fact]
    public async Task All_entries_are_listed_or_those_that_have_changed_since()
    {
        using var store = Open();
        string[] names = [.. Enumerable.Range(0, 40).Select(i => LedgerName.OfKey("mage", "https://mage.example.com", $"key {i}"))];
        foreach (var name in names)
        {
            await PutAsync(name, Entry(name).ToBytes());
        }

        var all = await ListAsync(store);
        Assert.Equal(names.OrderBy(n => n, StringComparer.Ordinal), all.Select(e => e.Name).OrderBy(n => n, StringComparer.Ordinal));
        Assert.All(all, e => Assert.Equal(Entry(e.Name), e.Content));
        Assert.Equal(names.Length, (await ListAsync(store, DateTime.UtcNow.AddHours(-1))).Count);
        Assert.Empty(await ListAsync(store, DateTime.UtcNow.AddHours(1)));
    }

    [Fact]
    public async Task A_name_is_owned_from_its_claim_until_that_is_given_up()
    {
        using var store = Open();
        using var other = Open();
        Assert.False(await other.IsOwnedAsync(Name, Cancel));
        var claim = await ClaimAsync(store);
        Assert.True(await other.IsOwnedAsync(Name, Cancel));
        Assert.True(await store.IsOwnedAsync(Name, Cancel));
        await claim.DisposeAsync();
        Assert.False(await other.IsOwnedAsync(Name, Cancel));
    }

    [Fact]
    public async Task When_the_owner_s_process_is_killed_the_next_one_gets_the_name()
    {
        var kill = await OwnElsewhereAsync(Name);
        using var store = Open();
        await PutAsync(Name, Entry("left behind").ToBytes());
        Assert.True(await store.IsOwnedAsync(Name, Cancel));
        var waiting = ClaimAsync(store);
        Assert.False(waiting.IsCompleted);
        await kill();

        await using var claim = await waiting;
        Assert.Equal(Entry("left behind"), claim.Content);
    }

    [Fact]
    public async Task The_journal_gives_back_every_line()
    {
        using var store = Open();
        Assert.Empty(await ReadAsync(store));
        await store.AppendAsync([Entry("1"), Entry("2")], Cancel);
        await store.AppendAsync([Entry("3")], Cancel);

        Assert.Equal([Entry("1"), Entry("2"), Entry("3")], (await ReadAsync(store)).SelectMany(p => p.Lines));
        Assert.Empty(await ReadAsync(store, DateTime.UtcNow.AddHours(1)));
    }

    [Fact]
    public async Task Lines_are_taken_out_of_a_page_and_it_is_still_added_to()
    {
        using var store = Open();
        await store.AppendAsync([Entry("1"), Entry("2"), Entry("3")], Cancel);
        await store.RewriteAsync(Assert.Single(await ReadAsync(store)), [Entry("1"), Entry("3")], Cancel);
        Assert.Equal(["1", "3"], await TargetsAsync(store));
        await store.AppendAsync([Entry("4")], Cancel);
        Assert.Equal(["1", "3", "4"], await TargetsAsync(store));
        foreach (var page in await ReadAsync(store))
        {
            await store.RewriteAsync(page, [.. page.Lines.Where(l => l.Target == "3")], Cancel);
        }

        Assert.Equal(["3"], await TargetsAsync(store));
    }

    [Fact]
    public async Task A_page_without_lines_is_taken_away()
    {
        using var store = Open();
        await store.AppendAsync([Entry("1")], Cancel);
        await store.RewriteAsync(Assert.Single(await ReadAsync(store)), [], Cancel);

        Assert.Empty(await ReadAsync(store));
    }

    private protected static LedgerEntry Entry(string target) => new()
    {
        State = LedgerState.Intent,
        Vendor = "mage",
        BaseUri = "https://mage.example.com",
        Target = target,
        ClaimedAt = new(2024, 6, 1, 12, 0, 0, DateTimeKind.Utc),
    };

    private Task<ILedgerClaim> ClaimAsync(ILedgerStore store) => store.AcquireAsync(Name, told, Cancel);

    private static async Task<IReadOnlyList<StoredEntry>> ListAsync(ILedgerStore store, DateTime? since = null)
    {
        List<StoredEntry> all = [];
        await foreach (var entry in store.ListAsync(since, Cancel))
        {
            all.Add(entry);
        }

        return all;
    }

    private static async Task<IReadOnlyList<JournalPage>> ReadAsync(ILedgerStore store, DateTime? since = null)
    {
        List<JournalPage> pages = [];
        await foreach (var page in store.ReadJournalAsync(since, Cancel))
        {
            pages.Add(page);
        }

        return pages;
    }

    private static async Task<IEnumerable<string?>> TargetsAsync(ILedgerStore store) =>
        (await ReadAsync(store)).SelectMany(p => p.Lines).Select(l => l.Target).OrderBy(t => t, StringComparer.Ordinal);
}
