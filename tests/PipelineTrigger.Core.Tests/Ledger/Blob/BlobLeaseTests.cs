using Microsoft.Extensions.Time.Testing;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Ledger.Blob;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Ledger.Azurite;

namespace PipelineTrigger.Core.Tests.Ledger.Blob;

/// <summary>How a name in a container is held, and what is asked of the service for it.</summary>
public sealed class BlobLeaseTests(AzuriteProcess azurite)
{
    private readonly RecordingObserver told = new();

    public static TheoryData<string> Steps => ["PUT locks", "PUT locks acquire", "PUT keys", "DELETE keys", "PUT locks release"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_key_costs_five_requests()
    {
        using var relay = new AzuriteRelay(await azurite.NewContainerAsync());
        await TriggerAsync(relay, "new");

        Assert.Equal(["PUT locks", "PUT locks acquire", "PUT keys", "PUT keys", "PUT locks release"], relay.Requests);
    }

    [Fact]
    public async Task A_known_key_is_looked_up_with_four()
    {
        using var relay = new AzuriteRelay(await azurite.NewContainerAsync());
        await TriggerAsync(relay, "known");
        var before = relay.Requests.Count;
        using var store = Open(relay);
        await (await store.AcquireAsync("known", told, Cancel)).DisposeAsync();

        Assert.Equal(["PUT locks", "PUT locks acquire", "GET keys", "PUT locks release"], relay.Requests.Skip(before));
    }

    [Theory, MemberData(nameof(Steps))]
    public async Task A_call_that_is_repeated_because_its_answer_was_lost_knows_its_own_first_one(string step)
    {
        var container = await azurite.NewContainerAsync();
        var lost = 0;
        using var relay = new AzuriteRelay(container, loses: request =>
            AzuriteRelay.Describe(request) == step && Interlocked.Increment(ref lost) % 2 == 1
        );
        using var store = Open(relay);
        await using (var claim = await store.AcquireAsync("name", told, Cancel))
        {
            await claim.WriteAsync(Entry("first"), Cancel);
            await claim.WriteAsync(Entry("second"), Cancel);
            await claim.DeleteAsync(Cancel);
            await claim.WriteAsync(Entry("third"), Cancel);
            await claim.WriteAsync(Entry("last"), Cancel);
        }

        Assert.NotEqual(0, lost);
        Assert.False(await store.IsOwnedAsync("name", Cancel));
        using var other = container.Open();
        await using var next = await other.AcquireAsync("name", told, Cancel);
        Assert.Equal("last", next.Content!.Target);
    }

    [Fact]
    public async Task Lines_that_were_sent_again_because_their_answer_was_lost_are_read_once()
    {
        var lost = 0;
        using var relay = new AzuriteRelay(await azurite.NewContainerAsync(), loses: request =>
            AzuriteRelay.Describe(request) == "PUT history append" && Interlocked.Increment(ref lost) == 2
        );
        using var store = Open(relay);
        await store.AppendAsync([Entry("1"), Entry("2")], Cancel);
        List<HistoryPage> pages = [];
        await foreach (var page in store.ReadHistoryAsync(null, Cancel))
        {
            pages.Add(page);
        }

        Assert.Equal(3, lost);
        Assert.Equal([Entry("1"), Entry("2")], pages.SelectMany(p => p.Lines));
    }

    [Fact]
    public async Task A_list_of_many_pages_is_read_to_its_end()
    {
        var container = await azurite.NewContainerAsync();
        using var relay = new AzuriteRelay(container, rewrite: target => target.Replace("maxresults=2000", "maxresults=2"));
        for (var i = 0; i < 5; i++)
        {
            await container.PutAsync($"keys/{i}.json", Entry($"{i}").ToBytes());
        }

        using var store = Open(relay);
        List<string?> targets = [];
        await foreach (var entry in store.ListAsync(null, Cancel))
        {
            targets.Add(entry.Content?.Target);
        }

        Assert.Equal(["0", "1", "2", "3", "4"], targets);
        Assert.Equal(3, relay.Requests.Count(r => r == "GET container"));
    }

    [Fact]
    public async Task An_entry_that_has_not_changed_is_read_once()
    {
        var container = await azurite.NewContainerAsync();
        using var relay = new AzuriteRelay(container);
        using var store = Open(relay);
        await container.PutAsync("keys/same.json", Entry("same").ToBytes());
        await container.PutAsync("keys/other.json", Entry("before").ToBytes());
        await TargetsAsync();
        await container.PutAsync("keys/other.json", Entry("after").ToBytes());

        Assert.Equal(["after", "same"], await TargetsAsync());
        Assert.Equal(3, relay.Requests.Count(r => r == "GET keys"));

        async Task<List<string?>> TargetsAsync()
        {
            List<string?> targets = [];
            await foreach (var entry in store.ListAsync(null, Cancel))
            {
                targets.Add(entry.Content?.Target);
            }

            return targets;
        }
    }

    [Fact]
    public async Task A_lease_is_renewed_while_its_claim_lasts()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var relay = new AzuriteRelay(await azurite.NewContainerAsync());
        using var store = Open(relay, clock);
        await using var claim = await store.AcquireAsync("name", told, Cancel);
        for (var renewals = 1; renewals <= 3; renewals++)
        {
            while (relay.Requests.Count(r => r == "PUT locks renew") < renewals)
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(20, Cancel);
            }
        }

        await claim.ConfirmAsync(Cancel);
    }

    [Fact]
    public async Task A_lease_that_was_lost_to_another_is_not_confirmed_and_writes_nothing_new()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var container = await azurite.NewContainerAsync();
        using var relay = new AzuriteRelay(container);
        using var store = Open(relay, clock);
        await using var claim = await store.AcquireAsync("name", told, Cancel);
        await container.BreakLeaseAsync("locks/name");
        using var other = container.Open();
        await using var taken = await other.AcquireAsync("name", told, Cancel);

        await Assert.ThrowsAsync<ClaimLost>(() => claim.ConfirmAsync(Cancel));
        clock.Advance(TimeSpan.FromHours(8));
        await Assert.ThrowsAsync<ClaimLost>(() => claim.WriteAsync(Entry("overslept"), Cancel));
        await taken.WriteAsync(Entry("theirs"), Cancel);
        await claim.DisposeAsync();
        Assert.True(await other.IsOwnedAsync("name", Cancel));
    }

    [Fact]
    public async Task The_outcome_is_still_written_without_a_lease_if_no_one_else_wrote()
    {
        var container = await azurite.NewContainerAsync();
        using var store = container.Open();
        await using var claim = await store.AcquireAsync("name", told, Cancel);
        await claim.WriteAsync(Entry("intent"), Cancel);
        await container.BreakLeaseAsync("locks/name");
        using var other = container.Open();
        await using var next = await other.AcquireAsync("name", told, Cancel);
        await claim.WriteAsync(Entry("settled"), Cancel);

        await Assert.ThrowsAsync<ClaimLost>(() => next.WriteAsync(Entry("taken over"), Cancel));
    }

    [Fact]
    public async Task An_owner_that_found_no_entry_removes_none_that_came_after_it_lost_the_lease()
    {
        var container = await azurite.NewContainerAsync();
        using var store = container.Open();
        await using var claim = await store.AcquireAsync("name", told, Cancel);
        await container.BreakLeaseAsync("locks/name");
        await container.PutAsync("keys/name.json", Entry("theirs").ToBytes());

        await Assert.ThrowsAsync<ClaimLost>(() => claim.DeleteAsync(Cancel));
    }

    [Fact]
    public async Task An_entry_whose_lock_was_cleared_away_is_found_by_the_next_claim()
    {
        var container = await azurite.NewContainerAsync();
        await container.PutAsync("keys/name.json", Entry("kept").ToBytes());
        using var store = container.Open();
        await using (var blind = await store.AcquireAsync("name", told, Cancel))
        {
            await Assert.ThrowsAsync<ClaimLost>(() => blind.WriteAsync(Entry("new"), Cancel));
        }

        await using var claim = await store.AcquireAsync("name", told, Cancel);
        Assert.Equal(Entry("kept"), claim.Content);
    }

    [Fact]
    public async Task A_stop_in_the_midst_of_a_write_leaves_no_doubt_about_it()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var container = await azurite.NewContainerAsync();
        using var relay = new AzuriteRelay(container, loses: request =>
        {
            if (AzuriteRelay.Describe(request) == "PUT keys")
            {
                stop.Cancel();
            }

            return false;
        });
        using var store = Open(relay);
        await using var claim = await store.AcquireAsync("name", told, Cancel);
        await claim.WriteAsync(Entry("1"), stop.Token);

        Assert.True(claim.Exists);
    }

    private static BlobLedgerStore Open(AzuriteRelay relay, TimeProvider? clock = null) =>
        new(
            BlobAddress.Parse(relay.SasUri),
            new SenderOptions
            {
                RetryDelay = TimeSpan.FromMilliseconds(1),
                Time = clock ?? TimeProvider.System,
                ReadTimeout = TimeSpan.FromDays(1),
            },
            new ProxyChoice()
        );

    private static LedgerEntry Entry(string target) =>
        new()
        {
            State = LedgerState.Intent,
            Vendor = "mage",
            Target = target,
        };

    private async Task TriggerAsync(AzuriteRelay relay, string name)
    {
        using var store = Open(relay);
        await using var claim = await store.AcquireAsync(name, told, Cancel);
        await claim.WriteAsync(Entry("intent"), Cancel);
        await claim.WriteAsync(Entry("settled"), Cancel);
    }
}
