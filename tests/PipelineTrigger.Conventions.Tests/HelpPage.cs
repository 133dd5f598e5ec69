using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PipelineTrigger.Conventions.Tests;

/// <summary>The help of one cmdlet: its page in docs/en-US, and what the module ships of it.</summary>
internal sealed partial class HelpPage
{
    private const string Maml = "{http://schemas.microsoft.com/maml/2004/10}";
    private const string Commands = "{http://schemas.microsoft.com/maml/dev/command/2004/10}";

    private static readonly Lazy<IReadOnlyDictionary<string, XElement>> Shipped = new(() =>
        XDocument
            .Load(Path.Combine(Product.ModuleFolder, "en-US", "PipelineTrigger.dll-Help.xml"))
            .Root!.Elements(Commands + "command")
            .ToDictionary(c => c.Element(Commands + "details")!.Element(Commands + "name")!.Value)
    );

    private readonly string markdown;

    private HelpPage(string name, string markdown) => (Name, this.markdown) = (name, markdown);

    /// <summary>The pages of cmdlets that there are.</summary>
    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Folder, "*-*.md").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal);

    /// <summary>The about topics that there are.</summary>
    public static IEnumerable<string> Abouts =>
        Directory.EnumerateFiles(Folder, "about_*.md").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal);

    /// <summary>The cmdlets that the shipped help knows.</summary>
    public static IEnumerable<string> ShippedNames => Shipped.Value.Keys.Order(StringComparer.Ordinal);

    public string Name { get; }

    public IEnumerable<string> Parameters => ParameterHeading().Matches(Section("PARAMETERS")).Select(m => m.Groups[1].Value);

    public IEnumerable<string> ShippedParameters =>
        Shipped.Value[Name].Element(Commands + "parameters")!.Elements(Commands + "parameter").Select(p => p.Element(Maml + "name")!.Value);

    public int Examples => ExampleHeading().Count(Section("EXAMPLES"));

    public string Aliases => Section("ALIASES");

    private static string Folder => Path.Combine(Product.RepositoryRoot, "docs", "en-US");

    public static HelpPage Of(string name) => new(name, File.ReadAllText(Path.Combine(Folder, $"{name}.md")).ReplaceLineEndings("\n"));

    public string Section(string name)
    {
        var found = Regex.Match(markdown, $@"^## {name}\n(.*?)(?=^## |\z)", RegexOptions.Multiline | RegexOptions.Singleline);
        Assert.True(found.Success, $"{Name}.md has no section {name}.");
        return found.Groups[1].Value.Trim();
    }

    [GeneratedRegex(@"^### -(\w+)$", RegexOptions.Multiline)]
    private static partial Regex ParameterHeading();

    [GeneratedRegex(@"^### Example \d+: \S", RegexOptions.Multiline)]
    private static partial Regex ExampleHeading();
}
