using System.Text;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Doubles;

namespace PipelineTrigger.Core.Tests.Ledger;

/// <summary>What every form of the ledger promises.</summary>
public abstract class LedgerContract : IAsyncLifetime
{
    private static readonly string Name = LedgerName.OfKey("mage", "https://mage.example.com", null, "nightly");

    private readonly RecordingObserver told = new();

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> CutEntries =>
        new()
        {
            { "empty", "" },
            { "cut in a value", """{"version":1,"state":"intent","vendor":"ma""" },
            { "cut before its end", "{\"version\":1,\"state\":\"intent\",\"vendor\":\"mage\"" },
            { "cut after its first character", "{" },
            { "of zeros", "\0\0\0\0" },
            { "ended by zeros", "{\"version\":1,\0\0\0\0" },
        };

    public static TheoryData<string, string> EntriesOfOthers =>
        new()
        {
            { "PipelineTrigger 9.8.7", """{"version":2,"module":"9.8.7","state":"intent","vendor":"mage"}""" },
            { "a later version of PipelineTrigger", """{"version":2,"state":"settled","vendor":"mage","runId":"7"}""" },
            { "a later version of PipelineTrigger", """{"version":99999999999,"form":["of",{"its":"own"}]}""" },
            { "a later version of PipelineTrigger", """{"form":{"version":0},"version":2,"state":"int""" },
            { "is not one that PipelineTrigger writes", "null" },
            { "is not one that PipelineTrigger writes", "garbage" },
            { "is not one that PipelineTrigger writes", """{"version":1,"state":"intent"}""" },
            { "is not one that PipelineTrigger writes", """{"version":1,"state":"settled","vendor":"mage"}""" },
        };

    public static TheoryData<string, bool> Changes =>
        new(from change in (string[])["write", "delete", "retire"] from hasWritten in (bool[])[false, true] select (change, hasWritten));

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

    /// <summary>The ledger as one more process sees it.</summary>
    private protected abstract ILedgerStore Open();

    /// <summary>Puts bytes in an entry's place.</summary>
    private protected abstract Task PutAsync(string name, byte[] content);

    /// <summary>Puts bytes in an entry's place, and nothing that tells of it changes.</summary>
    private protected abstract Task ReplaceUnseenAsync(string name, byte[] content);

    /// <summary>The names of which anything is left: entries, locks, subjects.</summary>
    private protected abstract Task<IReadOnlyList<string>> NamesAsync();

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
            Assert.Equal(entry, Bare(first.Content));
        }

        using var other = Open();
        await using var second = await ClaimAsync(other);
        Assert.True(second.Exists);
        Assert.Equal(entry, Bare(second.Content));
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
        Assert.Equal(Entry("2"), Bare(Assert.Single(await ListAsync(store)).Content));
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
        Assert.Equal(Entry("1"), Bare(claim.Content));
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
                    // Another process was first.
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
    public async Task A_new_entry_does_not_replace_one_of_another_process()
    {
        using var store = Open();
        await using var claim = await ClaimAsync(store);
        await PutAsync(Name, Entry("of another").ToBytes());

        await Assert.ThrowsAsync<ClaimLost>(() => claim.WriteAsync(Entry("ours"), Cancel));
        Assert.Equal(Entry("of another"), Assert.Single(await ListAsync(store)).Content);
    }

    [Fact]
    public async Task An_entry_that_another_process_changed_is_not_triggered_for()
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

    [Theory, MemberData(nameof(CutEntries))]
    public async Task An_entry_that_was_cut_off_is_there_without_content_and_may_be_replaced(string damage, string content)
    {
        using var store = Open();
        await (await ClaimAsync(store)).DisposeAsync();
        await PutAsync(Name, Encoding.UTF8.GetBytes(content));
        await using var claim = await ClaimAsync(store);

        Assert.True(claim.Exists, damage);
        Assert.Null(claim.Content);
        Assert.NotNull(claim.ChangedAt);
        Assert.Equal(EntryFlaw.Cut, Assert.Single(await ListAsync(store)).Text.Flaw);
        await claim.WriteAsync(Entry("repaired"), Cancel);
        Assert.Equal(Entry("repaired"), Bare(Assert.Single(await ListAsync(store)).Content));
    }

    [Theory, MemberData(nameof(EntriesOfOthers))]
    public async Task An_entry_of_a_later_version_or_another_program_is_an_error_and_stays(string said, string content)
    {
        using var store = Open();
        await (await ClaimAsync(store)).DisposeAsync();
        await PutAsync(Name, Encoding.UTF8.GetBytes(content));

        var error = await Assert.ThrowsAsync<PipelineException>(() => ClaimAsync(store));
        Assert.Equal(PipelineErrorId.LedgerUnavailable, error.ErrorId);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Contains(Name, error.Message, StringComparison.Ordinal);
        Assert.False(await store.IsOwnedAsync(Name, Cancel));
        Assert.Null(Assert.Single(await ListAsync(store)).Content);
        await using var claim = await store.TryAcquireAsync(Name, Cancel);
        Assert.Contains(said, claim!.Found!.Explain(Name, "there"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_writing_bears_the_token_of_its_claim_and_counts()
    {
        using var store = Open();
        await using (var first = await ClaimAsync(store))
        {
            await first.WriteAsync(Entry("1"), Cancel);
            await first.WriteAsync(Entry("2"), Cancel);
        }

        var before = Assert.Single(await ListAsync(store)).Content!;
        await using var second = await ClaimAsync(store);
        await second.WriteAsync(Entry("3"), Cancel);
        var after = Assert.Single(await ListAsync(store)).Content!;
        Assert.Equal((2, 3), (before.Revision, after.Revision));
        Assert.NotNull(before.Owner);
        Assert.NotNull(after.Owner);
        Assert.NotEqual(before.Owner, after.Owner);
    }

    [Fact]
    public async Task Who_may_not_wait_is_told_that_a_name_has_an_owner()
    {
        using var store = Open();
        using var other = Open();
        await using (await ClaimAsync(store))
        {
            Assert.Null(await other.TryAcquireAsync(Name, Cancel));
        }

        await using var claim = await other.TryAcquireAsync(Name, Cancel);
        Assert.False(claim!.Exists);
    }

    [Theory, MemberData(nameof(Changes))]
    public async Task An_owner_who_lost_the_name_touches_nothing_of_what_another_one_wrote(string change, bool hasWritten)
    {
        using var store = Open();
        await using var claim = await ClaimAsync(store);
        if (hasWritten)
        {
            await claim.WriteAsync(Entry("ours"), Cancel);
        }

        var theirs = Entry("of another") with { State = LedgerState.Settled, RunId = "7" };
        await PutAsync(Name, theirs.ToBytes());

        await Assert.ThrowsAsync<ClaimLost>(() =>
            change switch
            {
                "write" => claim.WriteAsync(Entry("ours, again"), Cancel),
                "delete" => claim.DeleteAsync(Cancel),
                _ => claim.RetireAsync(Cancel),
            }
        );
        await claim.DisposeAsync();
        Assert.Equal(theirs, Assert.Single(await ListAsync(store)).Content);
    }

    [Fact]
    public async Task A_retired_name_leaves_nothing_and_can_be_had_again()
    {
        using var store = Open();
        await using (var first = await ClaimAsync(store))
        {
            await first.WriteAsync(Entry("1"), Cancel);
            await first.RetireAsync(Cancel);
        }

        Assert.Empty(await NamesAsync());
        await using var second = await ClaimAsync(store);
        await second.WriteAsync(Entry("2"), Cancel);
        Assert.Equal("2", Assert.Single(await ListAsync(store)).Content!.Target);
    }

    [Fact]
    public async Task Of_one_subject_its_entries_are_listed_and_those_that_cannot_be_read()
    {
        using var store = Open();
        await WriteAsync(store, "one", Entry("one") with { Subject = "sales" });
        await WriteAsync(store, "two", Entry("two") with { Subject = "other" });
        await WriteAsync(store, "three", Entry("three") with { Subject = "other" });
        await WriteAsync(store, "three", Entry("three again") with { Subject = "sales" });
        await WriteAsync(store, "four", Entry("four"));
        await PutAsync("old", (Entry("old") with { Subject = "sales" }).ToBytes());
        await PutAsync("old-other", (Entry("old-other") with { Subject = "other" }).ToBytes());
        await PutAsync("later", Encoding.UTF8.GetBytes("""{"version":2}"""));

        for (var looks = 0; looks < 2; looks++)
        {
            Assert.Equal(
                ["later", "old", "one", "three"],
                (await ListAsync(store.ListSubjectAsync("sales", Cancel))).Select(e => e.Name).OrderBy(n => n, StringComparer.Ordinal)
            );
            Assert.Equal(
                ["later", "old-other", "two"],
                (await ListAsync(store.ListSubjectAsync("other", Cancel))).Select(e => e.Name).OrderBy(n => n, StringComparer.Ordinal)
            );
        }
    }

    [Fact]
    public async Task A_look_at_one_subject_opens_no_entry_of_another()
    {
        using var store = Open();
        await WriteAsync(store, "one", Entry("one") with { Subject = "sales" });
        await WriteAsync(store, "two", Entry("two") with { Subject = "other" });
        await ReplaceUnseenAsync("two", Encoding.UTF8.GetBytes("""{"version":2}"""));

        Assert.Equal("one", Assert.Single(await ListAsync(store.ListSubjectAsync("sales", Cancel))).Name);
    }

    [Fact]
    public async Task What_is_settled_and_past_its_window_is_pruned_and_nothing_else()
    {
        using var store = Open();
        var settled = Entry("settled") with { State = LedgerState.Settled, RunId = "7", WindowDays = -7 };
        await WriteAsync(store, "settled", settled);
        await WriteAsync(store, "longer", settled with { WindowDays = 7 });
        await WriteAsync(store, "untold", settled with { WindowDays = null });
        await WriteAsync(store, "intent", settled with { State = LedgerState.Intent, RunId = null });
        await WriteAsync(store, "unknown", settled with { State = LedgerState.Unknown, RunId = null });
        await WriteAsync(store, "held", settled);
        await PutAsync("later", Encoding.UTF8.GetBytes("""{"version":2}"""));
        await PutAsync("cut", []);
        await (await store.AcquireAsync("freed", told, Cancel)).DisposeAsync();
        await store.AppendAsync(
            [settled with { Key = null }, settled with { Key = null, State = LedgerState.Unknown, RunId = null }],
            Cancel
        );
        await store.PruneAsync(TimeSpan.FromDays(30), Cancel);
        Assert.Equal(8, (await ListAsync(store)).Count);
        await using (await store.AcquireAsync("held", told, Cancel))
        {
            using var other = Open();
            await other.PruneAsync(TimeSpan.FromDays(-1), Cancel);
        }

        Assert.Equal(
            ["cut", "held", "intent", "later", "longer", "unknown", "untold"],
            (await ListAsync(store)).Select(e => e.Name).OrderBy(n => n, StringComparer.Ordinal)
        );
        Assert.Equal(LedgerState.Unknown, Assert.Single((await ReadAsync(store)).SelectMany(p => p.Lines)).State);
        var names = await NamesAsync();
        Assert.DoesNotContain("settled", names);
        Assert.DoesNotContain("freed", names);
        Assert.Contains("held", names);
    }

    [Fact]
    public async Task What_cannot_be_read_in_a_page_stays_when_lines_are_taken_out()
    {
        using var store = Open();
        await store.AppendAsync([Entry("1"), Entry("of a later version") with { Version = 2 }, Entry("2")], Cancel);
        await store.RewriteAsync(Assert.Single(await ReadAsync(store)).Name, l => l.Target != "1", Cancel);

        var page = Assert.Single(await ReadAsync(store));
        Assert.Equal(["2"], page.Lines.Select(l => l.Target));
        Assert.NotNull(page.Later);
    }

    [Theory, InlineData("nightly"), InlineData("../../etc/passwd"), InlineData("🚀 2024-06-01 % ? # & Ünïcödé"), InlineData("a\\b:c*|<>\"")]
    public async Task Any_key_makes_a_name(string key)
    {
        var name = LedgerName.OfKey("mage", "https://mage.example.com", null, key);
        using var store = Open();
        await using var claim = await store.AcquireAsync(name, told, Cancel);
        await claim.WriteAsync(Entry("1") with { Key = key }, Cancel);

        Assert.Equal((name, key), Assert.Single(await ListAsync(store)) is var listed ? (listed.Name, listed.Content?.Key) : default);
    }

    [Fact]
    public async Task All_entries_are_listed_or_those_that_have_changed_since()
    {
        using var store = Open();
        string[] names = [.. Enumerable.Range(0, 40).Select(i => LedgerName.OfKey("mage", "https://mage.example.com", null, $"key {i}"))];
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
    public async Task The_history_returns_every_line()
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
        await store.RewriteAsync(Assert.Single(await ReadAsync(store)).Name, l => l.Target != "2", Cancel);
        Assert.Equal(["1", "3"], await TargetsAsync(store));
        await store.AppendAsync([Entry("4")], Cancel);
        Assert.Equal(["1", "3", "4"], await TargetsAsync(store));
        foreach (var page in await ReadAsync(store))
        {
            await store.RewriteAsync(page.Name, l => l.Target == "3", Cancel);
        }

        Assert.Equal(["3"], await TargetsAsync(store));
    }

    [Fact]
    public async Task A_page_without_lines_is_taken_away()
    {
        using var store = Open();
        await store.AppendAsync([Entry("1")], Cancel);
        await store.RewriteAsync(Assert.Single(await ReadAsync(store)).Name, _ => false, Cancel);

        Assert.Empty(await ReadAsync(store));
    }

    private protected static LedgerEntry Entry(string target) =>
        new()
        {
            State = LedgerState.Intent,
            Vendor = "mage",
            BaseUri = "https://mage.example.com",
            Target = target,
            ClaimedAt = new(2024, 6, 1, 12, 0, 0, DateTimeKind.Utc),
        };

    private static LedgerEntry? Bare(LedgerEntry? entry) => entry is null ? null : entry with { Owner = null, Revision = 0 };

    private Task<ILedgerClaim> ClaimAsync(ILedgerStore store) => store.AcquireAsync(Name, told, Cancel);

    private async Task WriteAsync(ILedgerStore store, string name, LedgerEntry entry)
    {
        await using var claim = await store.AcquireAsync(name, told, Cancel);
        await claim.WriteAsync(entry, Cancel);
    }

    private static Task<IReadOnlyList<StoredEntry>> ListAsync(ILedgerStore store, DateTime? since = null) =>
        ListAsync(store.ListAsync(since, Cancel));

    private static async Task<IReadOnlyList<StoredEntry>> ListAsync(IAsyncEnumerable<StoredEntry> entries)
    {
        List<StoredEntry> all = [];
        await foreach (var entry in entries)
        {
            all.Add(entry);
        }

        return all;
    }

    private static async Task<IReadOnlyList<HistoryPage>> ReadAsync(ILedgerStore store, DateTime? since = null)
    {
        List<HistoryPage> pages = [];
        await foreach (var page in store.ReadHistoryAsync(since, Cancel))
        {
            pages.Add(page);
        }

        return pages;
    }

    private static async Task<IEnumerable<string?>> TargetsAsync(ILedgerStore store) =>
        (await ReadAsync(store)).SelectMany(p => p.Lines).Select(l => l.Target).OrderBy(t => t, StringComparer.Ordinal);
}
