using System.Text;
using System.Text.RegularExpressions;

namespace PipelineTrigger.Packaging;

/// <summary>The assembled module: its files, in the one order that does not depend on a file system, and what its manifest says.</summary>
internal sealed partial record Module(IReadOnlyList<PackedFile> Files)
{
    public const string Name = "PipelineTrigger";

    public string Version => Text("ModuleVersion");

    private string Manifest => Encoding.UTF8.GetString(Files.Single(f => f.Path == $"{Name}.psd1").Content);

    public static Module Read(string folder) =>
        new([
            .. Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Select(f => new PackedFile(Path.GetRelativePath(folder, f).Replace('\\', '/'), File.ReadAllBytes(f)))
                .OrderBy(f => f.Path, StringComparer.Ordinal),
        ]);

    /// <summary>The one quoted string of an entry of the manifest.</summary>
    public string Text(string key) => Texts(key).Single();

    /// <summary>The quoted strings of an entry of the manifest.</summary>
    public IEnumerable<string> Texts(string key)
    {
        var entry = Regex.Match(Manifest, $@"^\s*{key}\s*=\s*(?<value>@\([^)]*\)|[^\r\n]*)", RegexOptions.Multiline);
        return entry.Success
            ? QuotedText().Matches(entry.Groups["value"].Value).Select(m => m.Groups[1].Value)
            : throw new InvalidDataException($"The manifest has no {key}.");
    }

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex QuotedText();
}
