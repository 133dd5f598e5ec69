using System.Security.Cryptography;
using System.Text;

namespace PipelineTrigger.Conventions.Tests;

/// <summary>The help: complete, and what is shipped is made of what is written in docs/en-US.</summary>
public sealed class HelpTests
{
    private const string Sums = "src/PipelineTrigger/Help/sources.sha256";
    private const string Remedy = "Run ./build.ps1 help, and commit what it makes.";

    private static readonly string[] FromShouldProcess = ["Confirm", "WhatIf"];
    private static readonly IReadOnlyDictionary<string, Command> Cmdlets = Command.In(Product.Core);

    public static TheoryData<string> Names => [.. Cmdlets.Keys.Order()];

    [Fact]
    public void There_is_a_page_for_each_cmdlet_and_for_nothing_else() =>
        Assert.Equal(Cmdlets.Keys.Order(StringComparer.Ordinal), HelpPage.Names);

    [Fact]
    public void The_module_ships_help_for_each_cmdlet_and_for_nothing_else() =>
        Assert.Equal(Cmdlets.Keys.Order(StringComparer.Ordinal), HelpPage.ShippedNames);

    [Fact]
    public void The_module_ships_its_help_and_no_other_file_with_it() =>
        Assert.Equal(
            HelpPage.Abouts.Select(a => $"{a}.help.txt").Append("PipelineTrigger.dll-Help.xml").Order(StringComparer.Ordinal),
            Directory
                .EnumerateFiles(Path.Combine(Product.ModuleFolder, "en-US"))
                .Select(f => Path.GetFileName(f))
                .Order(StringComparer.Ordinal)
        );

    [Theory, MemberData(nameof(Names))]
    public void A_page_describes_each_parameter_and_no_other(string name) =>
        Assert.Equal(Parameters(name), HelpPage.Of(name).Parameters.Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Names))]
    public void The_shipped_help_describes_each_parameter_and_no_other(string name) =>
        Assert.Equal(Parameters(name), HelpPage.Of(name).ShippedParameters.Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Names))]
    public void A_page_has_at_least_three_examples(string name) => Assert.InRange(HelpPage.Of(name).Examples, 3, int.MaxValue);

    [Theory, MemberData(nameof(Names))]
    public void A_page_names_the_aliases(string name) =>
        Assert.Equal(
            Cmdlets[name].Aliases.Any() ? string.Join('\n', Cmdlets[name].Aliases.Select(a => $"- `{a}`")) : "None",
            HelpPage.Of(name).Aliases
        );

    [Theory, MemberData(nameof(Names))]
    public void A_page_tells_of_permissions_retries_and_exit_codes(string name) =>
        Assert.All((string[])["Permissions", "Retries:", "Exit codes:"], word =>
            Assert.Contains(word, HelpPage.Of(name).Section("NOTES"), StringComparison.Ordinal)
        );

    [Fact]
    public void The_shipped_help_is_made_of_the_pages_as_they_are()
    {
        var recorded = File.ReadAllLines(Path.Combine(Product.RepositoryRoot, Sums))
            .Select(line => line.Split("  "))
            .ToDictionary(parts => parts[1], parts => parts[0]);
        var found = ((string[])["docs/en-US", "src/PipelineTrigger/Help/en-US"])
            .SelectMany(folder =>
                Directory.EnumerateFiles(Path.Combine(Product.RepositoryRoot, folder)).Select(file => $"{folder}/{Path.GetFileName(file)}")
            )
            .ToDictionary(file => file, file => Hash(Path.Combine(Product.RepositoryRoot, file)));
        Expect.None(
            found
                .Keys.Union(recorded.Keys)
                .Where(f => found.GetValueOrDefault(f) != recorded.GetValueOrDefault(f))
                .Order(StringComparer.Ordinal)
                .Select(f => $"{f} has changed since the help was made. {Remedy}")
        );
    }

    [Fact]
    public void The_module_has_the_help_of_the_repository() =>
        Assert.All(Directory.EnumerateFiles(Path.Combine(Product.RepositoryRoot, "src", "PipelineTrigger", "Help", "en-US")), file =>
            Assert.Equal(Hash(file), Hash(Path.Combine(Product.ModuleFolder, "en-US", Path.GetFileName(file))))
        );

    private static IEnumerable<string> Parameters(string name) =>
        Cmdlets[name]
            .Parameters.Values.Select(p => p.Name)
            .Concat(Cmdlets[name].SupportsShouldProcess ? FromShouldProcess : [])
            .Order(StringComparer.Ordinal);

    // Whatever line ends a checkout has.
    private static string Hash(string file) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(File.ReadAllText(file).Replace("\r\n", "\n", StringComparison.Ordinal)))
        );
}
