using System.Text.Json;
using System.Xml.Linq;

namespace PipelineTrigger.Packaging;

/// <summary>A NuGet package that the module was built with.</summary>
/// <param name="Dependencies">The ids of the packages that it asks for.</param>
internal sealed record RestoredPackage(
    string Id,
    string Version,
    string Folder,
    IReadOnlyList<string> Files,
    IReadOnlyList<string> Dependencies
)
{
    /// <summary>The text of an element of its nuspec.</summary>
    public string? Text(string element) =>
        XDocument
            .Load(Path.Combine(Folder, Files.Single(f => f.EndsWith(".nuspec", StringComparison.Ordinal))))
            .Descendants()
            .FirstOrDefault(e => e.Name.LocalName == element)
            ?.Value;
}

/// <summary>The NuGet packages that a project was restored with.</summary>
internal sealed class RestoredPackages(IReadOnlyList<RestoredPackage> packages)
{
    public static RestoredPackages Read(string assetsFile)
    {
        var assets = JsonDocument.Parse(File.ReadAllBytes(assetsFile)).RootElement;
        var folders = assets.GetProperty("packageFolders").EnumerateObject().Select(f => f.Name).ToList();
        var dependencies = assets
            .GetProperty("targets")
            .EnumerateObject()
            .SelectMany(target => target.Value.EnumerateObject())
            .Where(library => library.Value.TryGetProperty("dependencies", out _))
            .SelectMany(library => library.Value.GetProperty("dependencies").EnumerateObject().Select(d => (Library: library.Name, d.Name)))
            .ToLookup(d => d.Library, d => d.Name);
        return new([
            .. from library in assets.GetProperty("libraries").EnumerateObject()
            where library.Value.GetProperty("type").GetString() == "package"
            let path = library.Value.GetProperty("path").GetString()!
            let files = library.Value.GetProperty("files").EnumerateArray().Select(f => f.GetString()!).ToList()
            let name = library.Name.Split('/')
            select new RestoredPackage(
                name[0],
                name[1],
                folders.Select(f => Path.Combine(f, path)).First(Directory.Exists),
                files,
                [.. dependencies[library.Name].Distinct()]
            ),
        ]);
    }

    /// <summary>The package that a file came from, byte for byte.</summary>
    public RestoredPackage SourceOf(PackedFile file) =>
        packages.FirstOrDefault(p => Holds(p, file))
        ?? throw new InvalidDataException($"{file.Path} is in no package that the module was restored with.");

    private static bool Holds(RestoredPackage package, PackedFile file) =>
        package
            .Files.Where(f => Path.GetFileName(f) == Path.GetFileName(file.Path))
            .Any(f => File.ReadAllBytes(Path.Combine(package.Folder, f)).AsSpan().SequenceEqual(file.Content));
}
