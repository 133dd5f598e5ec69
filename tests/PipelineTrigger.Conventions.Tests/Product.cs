using System.Reflection;
using System.Text.RegularExpressions;

namespace PipelineTrigger.Conventions.Tests;

/// <summary>
/// The repository and the module that was built from it, read as text and metadata. Nothing of the module is ever
/// loaded.
/// </summary>
internal static partial class Product
{
    private static readonly ILookup<string, string?> Metadata = typeof(Product)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .ToLookup(a => a.Key, a => a.Value);

    public static string RepositoryRoot => Built("RepositoryRoot");

    /// <summary>The module as its package holds it.</summary>
    public static string ModuleFolder => BuiltPackage.Module;

    /// <summary>The module's files by their paths within its folder.</summary>
    public static IEnumerable<string> ModuleFiles =>
        Directory
            .EnumerateFiles(ModuleFolder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(ModuleFolder, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    /// <summary>The reference assemblies of .NET Framework 4.7.2.</summary>
    public static string NetFrameworkBox => Built("NetFrameworkBox");

    /// <summary>The folder of the assembly that stands for PowerShell in metadata.</summary>
    public static string PowerShellStandard => Built("PowerShellStandard");

    public static string Manifest { get; } = File.ReadAllText(Path.Combine(ModuleFolder, "PipelineTrigger.psd1"));

    public static Version Version { get; } = new(ManifestStrings("ModuleVersion").Single() + ".0");

    public static Edition Desktop { get; } = new("net472", [NetFrameworkBox, Path.Combine(NetFrameworkBox, "Facades")]);

    public static Edition Core { get; } = new("net8.0", [Path.GetDirectoryName(typeof(object).Assembly.Location)!]);

    public static Edition Of(string framework) => framework == Desktop.Framework ? Desktop : Core;

    /// <summary>The quoted strings of one entry of the manifest: of its list, or its only value.</summary>
    public static string[] ManifestStrings(string key)
    {
        var entry = Regex.Match(Manifest, $@"^\s*{key}\s*=\s*(?<value>@\([^)]*\)|[^\r\n]*)", RegexOptions.Multiline);
        Assert.True(entry.Success, $"The manifest has no {key}.");
        return [.. QuotedText().Matches(entry.Groups["value"].Value).Select(m => m.Groups[1].Value)];
    }

    /// <summary>The files of the repository itself: what a build or a tool leaves there is left out.</summary>
    public static IEnumerable<string> RepositoryFiles(string pattern) =>
        Directory
            .EnumerateFiles(RepositoryRoot, pattern, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(RepositoryRoot, file).Replace('\\', '/'))
            .Where(file =>
                !file.Split('/')
                    .Any(part =>
                        part is "bin" or "obj" or "out" or "node_modules" or "TestResults" || (part[0] == '.' && part is not ".github")
                    )
            );

    /// <summary>The source files under a folder of src, with what a build leaves there left out.</summary>
    public static IEnumerable<string> SourceFiles(string folder = "")
    {
        var source = Path.Combine(RepositoryRoot, "src");
        return Directory
            .EnumerateFiles(Path.Combine(source, folder), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(source, file).Replace('\\', '/'))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));
    }

    public static string[] SourceLines(string file) => File.ReadAllLines(Path.Combine(RepositoryRoot, "src", file));

    private static string Built(string key) => Metadata[key].Single()!;

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex QuotedText();
}
