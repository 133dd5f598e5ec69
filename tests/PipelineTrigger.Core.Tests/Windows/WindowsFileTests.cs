using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Files;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Ledger.FileSystem;
using PipelineTrigger.Core.Tests.Doubles;

namespace PipelineTrigger.Core.Tests.Windows;

/// <summary>What files are on Windows alone: share modes, names, the user's folder, permissions.</summary>
[SupportedOSPlatform("windows")]
public sealed class WindowsFileTests : IDisposable
{
    private const string Reason = "Needs Windows, or Wine.";

    private readonly string folder = Directory.CreateTempSubdirectory("files-").FullName;

    public static bool IsWindows => OperatingSystem.IsWindows();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Target => Path.Combine(folder, "a.json");

    public void Dispose() => ScratchFolder.Delete(folder);

    [Fact(Skip = Reason, SkipUnless = nameof(IsWindows))]
    public void An_owner_s_lock_keeps_others_out_in_any_share_mode()
    {
        var ledger = new LedgerFolder(folder, isPrivate: false);
        ledger.Prove();
        using var held = ledger.TryLock("nightly");
        var file = Assert.Single(Directory.GetFiles(ledger.Locks));

        Assert.NotNull(held);
        Assert.Null(ledger.TryLock("nightly"));
        foreach (var share in (FileShare[])[FileShare.None, FileShare.Read, FileShare.ReadWrite | FileShare.Delete])
        {
            var refused = Assert.Throws<IOException>(() => new FileStream(file, FileMode.Open, FileAccess.Read, share).Dispose());
            Assert.Equal(32, refused.HResult & 0xFFFF);
        }

        Assert.Equal(32, Assert.Throws<IOException>(() => File.Delete(file)).HResult & 0xFFFF);
    }

    [Theory(Skip = Reason, SkipUnless = nameof(IsWindows))]
    [InlineData(FileShare.Read)]
    [InlineData(FileShare.ReadWrite)]
    [InlineData(FileShare.ReadWrite | FileShare.Delete)]
    public async Task A_file_that_is_being_read_stays_whole_and_is_replaced_when_the_reader_is_done(FileShare share)
    {
        AtomicFile.Create(Target, [1, 2, 3]);
        var reader = new FileStream(Target, FileMode.Open, FileAccess.Read, share);
        var replacing = AtomicFile.ReplaceAsync(Target, [4], TimeProvider.System, Cancel);
        var seen = new byte[4];
        var length = await reader.ReadAsync(seen, Cancel);
        await reader.DisposeAsync();
        await replacing;

        Assert.Equal([1, 2, 3], seen.Take(length));
        Assert.Equal([4], AtomicFile.Read(Target));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact(Skip = Reason, SkipUnless = nameof(IsWindows))]
    public async Task A_reader_always_finds_a_whole_content_while_others_replace_it()
    {
        var contents = Enumerable.Range(1, 30).Select(i => Enumerable.Repeat((byte)i, i * 100).ToArray()).ToArray();
        AtomicFile.Create(Target, contents[0]);
        var writing = Task.Run(
            async () =>
            {
                foreach (var content in contents)
                {
                    await AtomicFile.ReplaceAsync(Target, content, TimeProvider.System, Cancel);
                }
            },
            Cancel
        );
        while (!writing.IsCompleted)
        {
            var read = AtomicFile.Read(Target);
            Assert.NotNull(read);
            Assert.Equal(read.Length, read[0] * 100);
            Assert.All(read, b => Assert.Equal(read[0], b));
            await Task.Delay(1, Cancel);
        }

        await writing;
    }

    [Theory(Skip = Reason, SkipUnless = nameof(IsWindows))]
    [InlineData("CON")]
    [InlineData("con.json")]
    [InlineData("nul")]
    [InlineData("COM1")]
    [InlineData("LPT1.lock")]
    [InlineData("ends in dots...")]
    [InlineData("a:b|c?d*e<f>\"g\\h/i")]
    [InlineData("..")]
    public async Task A_key_that_Windows_takes_for_a_device_or_cannot_name_has_an_entry_of_its_own(string key)
    {
        using var store = LedgerStores.Directory(folder);
        foreach (var (name, target) in ((string, string)[])[(Name(key), "1"), (Name(key.TrimEnd('.') + "_"), "2")])
        {
            await using var claim = await store.AcquireAsync(name, new RecordingObserver(), Cancel);
            Assert.False(claim.Exists);
            await claim.WriteAsync(Entry(target), Cancel);
        }

        await using var again = await store.AcquireAsync(Name(key), new RecordingObserver(), Cancel);
        Assert.Equal("1", again.Content?.Target);

        static string Name(string key) => LedgerName.OfKey("mage", "https://mage.example.com", null, LedgerName.CheckKey(key));
    }

    [Fact(Skip = Reason, SkipUnless = nameof(IsWindows))]
    public async Task A_ledger_may_lie_deeper_than_260_characters()
    {
        var deep = Path.Combine(folder, new string('d', 120), new string('e', 120));
        using var store = LedgerStores.Directory(deep);
        await using (var claim = await store.AcquireAsync("nightly", new RecordingObserver(), Cancel))
        {
            await claim.WriteAsync(Entry("1"), Cancel);
            await claim.WriteAsync(Entry("2"), Cancel);
        }

        await using var again = await store.AcquireAsync("nightly", new RecordingObserver(), Cancel);
        Assert.Equal("2", again.Content?.Target);
    }

    [Fact(Skip = Reason, SkipUnless = nameof(IsWindows))]
    public void What_is_kept_for_the_user_is_in_the_local_application_data()
    {
        var local = Environment.GetEnvironmentVariable("LOCALAPPDATA")!;

        Assert.Equal(Path.Combine(local, "PipelineTrigger", "connections.json"), SavedConnections.DefaultPath);
        using var ledger = LedgerStores.OfUser();
        Assert.Equal(Path.Combine(local, "PipelineTrigger", "ledger"), ledger?.Location);
    }

    [Fact(Skip = Reason, SkipUnless = nameof(IsWindows))]
    public void A_private_file_is_its_user_s_alone_when_it_was_made_and_when_it_was_replaced()
    {
        for (byte content = 1; content <= 2; content++)
        {
            AtomicFile.Replace(Target, [content], isPrivate: true);

            var everybody = new SecurityIdentifier(WellKnownSidType.WorldSid, null);
            var users = new SecurityIdentifier(WellKnownSidType.BuiltinUsersSid, null);
            var rules = new FileInfo(Target)
                .GetAccessControl()
                .GetAccessRules(true, true, typeof(SecurityIdentifier))
                .Cast<FileSystemAccessRule>()
                .ToArray();
            using var user = WindowsIdentity.GetCurrent();
            Assert.Contains(rules, r => r.IdentityReference == user.User && r.AccessControlType == AccessControlType.Allow);
            Assert.DoesNotContain(rules, r => r.IdentityReference == everybody || r.IdentityReference == users);
            Assert.Equal<byte[]>([content], AtomicFile.Read(Target)!);
        }
    }

    private static LedgerEntry Entry(string target) =>
        new()
        {
            State = LedgerState.Intent,
            Vendor = "mage",
            Target = target,
        };
}
