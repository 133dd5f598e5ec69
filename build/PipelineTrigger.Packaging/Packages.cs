using System.Text;

namespace PipelineTrigger.Packaging;

/// <summary>All that a release consists of.</summary>
internal static class Packages
{
    public static IReadOnlyList<PackedFile> Make(Module module, RestoredPackages restored, DateTimeOffset time)
    {
        PackedFile[] files =
        [
            new($"{Module.Name}.{module.Version}.nupkg", DeterministicZip.Make(NuGetPackage.Files(module), time)),
            new($"{Module.Name}.cdx.json", Sbom.Make(module, restored, time)),
            new($"{Module.Name}.files.json", FileList.Make(module)),
            new($"{Module.Name}.zip", DeterministicZip.Make(module.Files.Select(f => f with { Path = $"{Module.Name}/{f.Path}" }), time)),
        ];
        return [.. files, new("SHA256SUMS", Sums(files))];
    }

    // As 'sha256sum --check' reads it.
    private static byte[] Sums(IEnumerable<PackedFile> files) =>
        Encoding.UTF8.GetBytes(string.Concat(files.Select(f => $"{f.Sha256}  {f.Path}\n")));
}
