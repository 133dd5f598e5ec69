using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Ledger.FileSystem;
using PipelineTrigger.Core.Tests.Doubles;

namespace PipelineTrigger.Core.Tests.Ledger.FileSystem;

/// <summary>
/// A lock that a share dropped, or that other machines do not see: its owner finds another lock file in its place.
/// </summary>
public sealed class LostLockTests : IDisposable
{
    private const string Name = "nightly";

    private readonly string folder = Path.Combine(Path.GetTempPath(), $"ledger-{Guid.NewGuid():N}");
    private readonly RecordingObserver told = new();

    public static TheoryData<string, bool, bool> Cases =>
        new(
            from change in (string[])["write", "delete", "retire", "confirm"]
            from isReplaced in (bool[])[false, true]
            from hasWritten in (bool[])[false, true]
            select (change, isReplaced, hasWritten)
        );

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Entry => Path.Combine(folder, "keys", Name + ".json");

    private string Lock => Path.Combine(folder, "locks", Name + ".lock");

    public void Dispose()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Trait("System", "Unix")]
    [Theory, MemberData(nameof(Cases))]
    public async Task A_lost_lock_changes_nothing_even_if_no_other_owner_has_written_yet(string change, bool isReplaced, bool hasWritten)
    {
        Assert.SkipWhen(Path.DirectorySeparatorChar == '\\', "An open file cannot be taken away on Windows.");
        using var store = LedgerStores.Directory(folder);
        await using var claim = await store.AcquireAsync(Name, told, Cancel);
        if (hasWritten)
        {
            await claim.WriteAsync(New("ours"), Cancel);
        }

        var before = hasWritten ? File.ReadAllText(Entry) : null;
        File.Delete(Lock);
        using var other = LedgerStores.Directory(folder);
        var theirs = isReplaced ? await other.AcquireAsync(Name, told, Cancel) : null;

        await Assert.ThrowsAsync<ClaimLost>(() =>
            change switch
            {
                "write" => claim.WriteAsync(New("ours, again"), Cancel),
                "delete" => claim.DeleteAsync(Cancel),
                "retire" => claim.RetireAsync(Cancel),
                _ => claim.ConfirmAsync(Cancel),
            }
        );
        await claim.DisposeAsync();
        Assert.Equal(before, File.Exists(Entry) ? File.ReadAllText(Entry) : null);
        Assert.Equal(isReplaced, File.Exists(Lock));
        if (theirs is not null)
        {
            await theirs.WriteAsync(New("theirs"), Cancel);
            await theirs.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_owner_knows_its_own_writing_again_although_it_failed_after_it_was_done()
    {
        using var store = LedgerStores.Directory(folder);
        var claim = await store.AcquireAsync(Name, told, Cancel);
        await claim.WriteAsync(New("1"), Cancel);
        await claim.WriteAsync(New("2"), Cancel);
        await claim.ConfirmAsync(Cancel);
        await claim.DeleteAsync(Cancel);
        await claim.WriteAsync(New("3"), Cancel);
        await claim.ConfirmAsync(Cancel);
        await claim.DisposeAsync();

        Assert.Contains("\"3\"", File.ReadAllText(Entry), StringComparison.Ordinal);
    }

    [Trait("System", "Unix")]
    [Fact]
    public async Task Of_many_who_take_a_lock_away_when_they_are_done_each_has_it_alone()
    {
        Assert.SkipWhen(Path.DirectorySeparatorChar == '\\', "An open file cannot be taken away on Windows.");
        var ledger = new LedgerFolder(folder, isPrivate: false);
        ledger.Make();
        var (inside, together) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(LockAndRemove, Cancel)));

        Assert.Equal(0, together);

        void LockAndRemove()
        {
            for (var i = 0; i < 1000; i++)
            {
                if (ledger.TryLock(Name) is { } held)
                {
                    Interlocked.Add(ref together, Interlocked.Increment(ref inside) - 1);
                    Interlocked.Decrement(ref inside);
                    held.Remove();
                }
            }
        }
    }

    private static LedgerEntry New(string target) =>
        new()
        {
            State = LedgerState.Intent,
            Vendor = "mage",
            Target = target,
        };
}
