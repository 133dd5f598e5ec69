using System.Text.RegularExpressions;

namespace PipelineTrigger.Conventions.Tests;

/// <summary>No two rooms use each other, and the page of the architecture shows the rooms as they are.</summary>
public sealed partial class RoomTests
{
    private static readonly string Page = Path.Combine(Product.RepositoryRoot, "docs/architecture.md");
    private static readonly string Picture = Path.Combine(Product.RepositoryRoot, "docs/images/architecture.svg");

    [Fact]
    public void No_two_rooms_of_the_client_core_use_each_other() => Expect.None(RoomMap.Core.Circles());

    [Fact]
    public void No_two_outer_rooms_of_the_client_core_use_each_other() => Expect.None(RoomMap.Core.OuterCircles());

    [Fact]
    public void No_two_rooms_of_the_cmdlets_use_each_other() => Expect.None(RoomMap.Cmdlets.Circles());

    [Fact]
    public void A_namespace_is_a_folder() =>
        Expect.None(
            from file in Product.SourceFiles()
            where
                file.StartsWith("PipelineTrigger.Core/", StringComparison.Ordinal)
                || file.StartsWith("PipelineTrigger/", StringComparison.Ordinal)
            let folder = Path.GetDirectoryName(file)!.Replace('\\', '/').Replace('/', '.')
            where !Product.SourceLines(file).Contains($"namespace {folder};")
            select $"{file} is not in the namespace {folder}"
        );

    [Fact]
    public void The_page_tells_which_rooms_of_the_client_core_use_which() => Expect.None(Differences("Core", RoomMap.Core));

    [Fact]
    public void The_page_tells_which_rooms_of_the_cmdlets_use_which() => Expect.None(Differences("Cmdlets", RoomMap.Cmdlets));

    /// <remarks>Set UPDATE_PICTURES=1 to draw it again.</remarks>
    [Fact]
    public void The_picture_shows_the_rooms_as_they_are()
    {
        var drawn = RoomPicture.Draw();
        if (Environment.GetEnvironmentVariable("UPDATE_PICTURES") == "1")
        {
            File.WriteAllText(Picture, drawn);
        }

        Assert.Equal(drawn, File.ReadAllText(Picture).ReplaceLineEndings("\n"));
    }

    private static IEnumerable<string> Differences(string assembly, RoomMap map)
    {
        var rows = RoomRow()
            .Matches(File.ReadAllText(Page))
            .Where(row => row.Groups["assembly"].Value == assembly)
            .ToDictionary(
                row => row.Groups["room"].Value,
                row => Quoted().Matches(row.Groups["uses"].Value).Select(m => m.Groups[1].Value)
            );
        return map
            .Rooms.Union(rows.Keys)
            .Where(room =>
                !map.Rooms.Contains(room)
                || !rows.TryGetValue(room, out var told)
                || !told.Order(StringComparer.Ordinal).SequenceEqual(map.UsedBy(room))
            )
            .Select(room =>
                map.Rooms.Contains(room)
                    ? $"{room} uses {string.Join(", ", map.UsedBy(room).Select(r => $"`{r}`"))}"
                    : $"{room} does not exist"
            );
    }

    [GeneratedRegex(@"^\| `(?<assembly>Core|Cmdlets)/(?<room>[\w/]+)` \|[^|]*\|(?<uses>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex RoomRow();

    [GeneratedRegex("`([\\w/]+)`")]
    private static partial Regex Quoted();
}
