using System.IO;
using System.Reflection;
using System.Text.RegularExpressions;
using PipelineTrigger.Core.Vendors;
using PipelineTrigger.Core.Vendors.Mage;
using PipelineTrigger.Core.Vendors.Prophecy;
using PipelineTrigger.Core.Vendors.Supaflow;

namespace PipelineTrigger.Core.Tests.Vendors;

/// <summary>The table of statuses in each vendor's guide says what the code does.</summary>
public sealed class StatusTableTests
{
    private static readonly Dictionary<string, Func<string?, string>> Maps = new()
    {
        [PipelineVendor.Prophecy] = ProphecyStatus.Of,
        [PipelineVendor.Mage] = MageStatus.Of,
        [PipelineVendor.Supaflow] = SupaflowStatus.Of,
    };

    public static TheoryData<string> Vendors => [.. VendorCatalog.All.Select(v => v.Name)];

    [Theory, MemberData(nameof(Vendors))]
    public void The_guide_says_what_each_of_the_vendors_words_becomes_and_whether_it_is_an_end(string vendor) =>
        Assert.All(Table(vendor), row =>
            Assert.Equal((Maps[vendor](row.Word), PipelineRunStatus.IsFinal(row.Status)), (row.Status, row.IsEnd))
        );

    // Every text of the map's source that the map knows.
    [Theory, MemberData(nameof(Vendors))]
    public void The_guide_names_every_word_that_is_known(string vendor)
    {
        var source = File.ReadAllText(Path.Combine(Repository, $"src/PipelineTrigger.Core/Vendors/{vendor}/{vendor}Status.cs"));
        var known = Regex
            .Matches(source, "\"(?<word>[A-Za-z_]+)\"")
            .Cast<Match>()
            .Select(m => m.Groups["word"].Value)
            .Where(word => Maps[vendor](word) != PipelineRunStatus.Unknown)
            .Distinct();

        Assert.Equal(
            known.OrderBy(w => w, StringComparer.Ordinal),
            Table(vendor).Select(row => row.Word).OrderBy(w => w, StringComparer.Ordinal)
        );
    }

    private static string Repository { get; } =
        typeof(StatusTableTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;

    private static List<(string Word, string Status, bool IsEnd)> Table(string vendor)
    {
        var guide = File.ReadAllText(Path.Combine(Repository, $"docs/{vendor.ToLowerInvariant()}.md"));
        var rows = Regex
            .Matches(guide, @"^\| `(?<word>[^`]+)` \| `(?<status>[^`]+)` \| (?<end>yes|no) \|\r?$", RegexOptions.Multiline)
            .Cast<Match>()
            .Select(m => (m.Groups["word"].Value, m.Groups["status"].Value, m.Groups["end"].Value == "yes"))
            .ToList();
        Assert.NotEmpty(rows);
        return rows;
    }
}
