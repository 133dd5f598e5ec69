using System.Reflection;

namespace PipelineTrigger.Hosts.Tests;

/// <summary>Where things are.</summary>
internal static class Repository
{
    private static readonly ILookup<string, string?> Metadata = typeof(Repository)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .ToLookup(a => a.Key, a => a.Value);

    public static string Root { get; } = Metadata["RepositoryRoot"].Single()!;

    public static string Pester { get; } = Path.Combine(Root, "tests", "Pester");

    /// <summary>The Pester module, as NuGet restored it.</summary>
    public static string PesterModule { get; } = Metadata["PesterModule"].Single()!;

    public static string Results { get; } = Path.Combine(Root, "TestResults");

    /// <summary>The emulator's program.</summary>
    public static string Emulator { get; } = Built("tools", "PipelineTrigger.Emulator", "net10.0", "PipelineTrigger.Emulator.dll");

    /// <summary>A file that a test project was built into.</summary>
    public static string Built(string project, string framework, string file) => Built("tests", project, framework, file);

    private static string Built(string folder, string project, string framework, string file) =>
        Path.Combine(Root, folder, project, "bin", Metadata["Configuration"].Single()!, framework, file);
}
