using System.Text.RegularExpressions;

namespace PipelineTrigger.Conventions.Tests;

/// <summary>The pages people read: every link between them leads somewhere.</summary>
public sealed partial class MarkdownTests
{
    public static TheoryData<string> Pages => [.. Product.RepositoryFiles("*.md")];

    [Theory, MemberData(nameof(Pages))]
    public void A_link_leads_to_a_file_and_heading_that_are_there(string page) =>
        Expect.None(
            from target in Links(Text(page))
            where !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)
            where !LeadsSomewhere(page, target)
            select $"{page}: {target}"
        );

    [Fact]
    public void Every_guide_is_in_the_index_of_the_README()
    {
        var linked = Links(Text("README.md")).ToHashSet();
        Expect.None(Pages.Select(row => row.Data).Where(page => Guide().IsMatch(page) && !linked.Contains(page)));
    }

    private static string Text(string page) => File.ReadAllText(Path.Combine(Product.RepositoryRoot, page));

    private static IEnumerable<string> Links(string text) => Link().Matches(Code().Replace(text, "")).Select(m => m.Groups["target"].Value);

    private static bool LeadsSomewhere(string page, string target)
    {
        var (path, anchor) = target.Split('#', 2) is [var before, var after] ? (before, after) : (target, null);
        var file =
            path.Length == 0
                ? page
                : Path.GetRelativePath(Product.RepositoryRoot, Path.Combine(Product.RepositoryRoot, Path.GetDirectoryName(page)!, path));
        var whole = Path.Combine(Product.RepositoryRoot, file);
        return anchor is null ? File.Exists(whole) || Directory.Exists(whole) : File.Exists(whole) && Anchors(Text(file)).Contains(anchor);
    }

    // As GitHub makes them: lower case, without punctuation, blanks as hyphens.
    private static IEnumerable<string> Anchors(string text) =>
        Heading()
            .Matches(Code().Replace(text, ""))
            .Select(m => Punctuation().Replace(m.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6} (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();

    [GeneratedRegex("^ *```.*?^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex("^docs/[^/]+[.]md$")]
    private static partial Regex Guide();
}
