using System.Collections.Concurrent;

namespace PipelineTrigger.Conventions.Tests;

/// <summary>The module's assemblies for one edition of PowerShell.</summary>
/// <param name="framework">The target framework: the folder's name.</param>
/// <param name="box">Where the assemblies lie that the edition's own runtime brings along.</param>
internal sealed class Edition(string framework, string[] box)
{
    private readonly ConcurrentDictionary<string, AssemblyDefinition> read = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lazy<ReaderParameters> reading = new(() => Reading(framework, box));

    public string Framework => framework;

    public string Folder { get; } = Path.Combine(Product.ModuleFolder, framework);

    public AssemblyDefinition Abstractions => Read("PipelineTrigger.Abstractions.dll");

    public AssemblyDefinition Cmdlets => Read("PipelineTrigger.dll");

    public AssemblyDefinition ClientCore => Read(Path.Combine("deps", "PipelineTrigger.Core.dll"));

    /// <summary>Every file that is shipped, by its path within the folder.</summary>
    public IEnumerable<string> Files =>
        Directory
            .EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    public IEnumerable<string> Assemblies => Files.Where(file => file.EndsWith(".dll", StringComparison.OrdinalIgnoreCase));

    public IEnumerable<AssemblyDefinition> Shipped => Assemblies.Select(Read);

    /// <summary>Name and version of what the edition's runtime brings along.</summary>
    public IReadOnlyDictionary<string, Version> Box { get; } =
        box.SelectMany(folder => Directory.EnumerateFiles(folder, "*.dll"))
            .Select(NameOf)
            .OfType<System.Reflection.AssemblyName>()
            .GroupBy(name => name.Name!, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(g => g.Key, g => g.Max(name => name.Version)!, StringComparer.OrdinalIgnoreCase);

    public AssemblyDefinition Read(string file) =>
        read.GetOrAdd(file, f => AssemblyDefinition.ReadAssembly(Path.Combine(Folder, f), reading.Value));

    private static ReaderParameters Reading(string framework, string[] box)
    {
        var folder = Path.Combine(Product.ModuleFolder, framework);
        var resolver = new DefaultAssemblyResolver();
        foreach (var place in (string[])[folder, Path.Combine(folder, "deps"), Product.PowerShellStandard, .. box])
        {
            resolver.AddSearchDirectory(place);
        }

        return new()
        {
            AssemblyResolver = resolver,
            InMemory = true,
            ReadingMode = ReadingMode.Immediate,
        };
    }

    private static System.Reflection.AssemblyName? NameOf(string file)
    {
        try
        {
            return System.Reflection.AssemblyName.GetAssemblyName(file);
        }
        catch (BadImageFormatException)
        {
            return null;
        }
    }
}
