using System.IO.Compression;
using System.Reflection;

/// <summary>The packages that are tested: those that were built here, or those in the folder that PIPELINETRIGGER_PACKAGES names.</summary>
internal static class BuiltPackage
{
    public static string Folder { get; } =
        Path.GetFullPath(
            Path.TrimEndingDirectorySeparator(
                Environment.GetEnvironmentVariable("PIPELINETRIGGER_PACKAGES") is { Length: > 0 } given
                    ? given
                    : typeof(BuiltPackage)
                        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                        .Single(a => a.Key == "PackageFolder")
                        .Value!
            )
        );

    public static string Zip { get; } = Path.Combine(Folder, "PipelineTrigger.zip");

    /// <summary>The module's folder, unpacked from the zip.</summary>
    public static string Module { get; } = Unpack();

    private static string Unpack()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "package");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        ZipFile.ExtractToDirectory(Zip, folder);
        return Path.Combine(folder, "PipelineTrigger");
    }
}
