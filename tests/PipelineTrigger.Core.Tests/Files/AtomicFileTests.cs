using PipelineTrigger.Core.Files;
using PipelineTrigger.Core.Tests.Doubles;

namespace PipelineTrigger.Core.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"files-{Guid.NewGuid():N}")).FullName;
    private readonly string file;

    public AtomicFileTests() => file = Path.Combine(folder, "a.json");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_file_has_its_new_content_and_nothing_is_left_beside_it()
    {
        AtomicFile.Create(file, [1]);
        await AtomicFile.ReplaceAsync(file, [2, 3], TimeProvider.System, Cancel);
        AtomicFile.Replace(file, [4, 5, 6], isPrivate: true);

        Assert.Equal([4, 5, 6], AtomicFile.Read(file));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_made()
    {
        await AtomicFile.ReplaceAsync(file, [1], TimeProvider.System, Cancel);

        Assert.Equal([1], AtomicFile.Read(file));
        Assert.Null(AtomicFile.Read(file + ".other"));
        Assert.Null(AtomicFile.Read(Path.Combine(folder, "none", "a.json")));
    }

    [Fact]
    public void A_file_that_is_there_is_not_made()
    {
        AtomicFile.Create(file, [1]);

        Assert.ThrowsAny<IOException>(() => AtomicFile.Create(file, [2]));
        Assert.Equal([1], AtomicFile.Read(file));
    }

    [Fact]
    public async Task Of_what_could_not_take_its_place_nothing_is_left()
    {
        Directory.CreateDirectory(Path.Combine(file, "in the way"));

        var clock = new ManualClock();
        await Assert.ThrowsAnyAsync<IOException>(() => clock.RunAsync(AtomicFile.ReplaceAsync(file, [1], clock, Cancel)));
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public void No_two_drafts_have_the_same_name()
    {
        using var one = AtomicFile.OpenDraft(file);
        using var other = AtomicFile.OpenDraft(file);

        Assert.NotEqual(one.Name, other.Name);
        Assert.All([one, other], draft => Assert.True(AtomicFile.IsDraft(Path.GetFileName(draft.Name))));
    }

#if NET
    [Trait("System", "Unix")]
    [Fact]
    public async Task A_link_in_the_place_of_a_draft_is_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights of their own on Windows.");
        var other = Path.Combine(folder, "of another");
        File.WriteAllText(other, "precious");
        File.CreateSymbolicLink(file + ".new", other);
        AtomicFile.Create(file, [1]);
        await AtomicFile.ReplaceAsync(file, [2], TimeProvider.System, Cancel);

        Assert.Equal("precious", File.ReadAllText(other));
    }

    [Trait("System", "Unix")]
    [Fact]
    public void Only_the_user_can_read_a_draft()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        using var draft = AtomicFile.OpenDraft(file);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(draft.Name));
        }
    }

    [Trait("System", "Unix")]
    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    public async Task A_file_that_others_may_use_is_theirs_after_it_was_replaced_too(UnixFileMode mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        AtomicFile.Create(file, [1]);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, mode);
            await AtomicFile.ReplaceAsync(file, [2], TimeProvider.System, Cancel);
            Assert.Equal(mode, File.GetUnixFileMode(file));
        }
    }
#endif

    [Fact]
    public void A_directory_that_cannot_be_opened_is_left_to_its_file_system() => SystemFile.SyncFolder(Path.Combine(folder, "none"));
}
