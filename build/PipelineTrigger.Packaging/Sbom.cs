using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace PipelineTrigger.Packaging;

/// <summary>
/// What the module is made of, in CycloneDX 1.6: our own files, and the NuGet packages whose assemblies are shipped
/// with it.
/// </summary>
internal static class Sbom
{
    public static byte[] Make(Module module, RestoredPackages restored, DateTimeOffset time)
    {
        var sources = module.Files.Where(IsDependency).ToLookup(restored.SourceOf);
        var packages = sources.Select(s => s.Key).OrderBy(p => p.Id, StringComparer.Ordinal).ToList();
        var self = Purl(Module.Name, module.Version);
        var content = (string serialNumber) =>
            new
            {
                BomFormat = "CycloneDX",
                SpecVersion = "1.6",
                SerialNumber = serialNumber,
                Version = 1,
                Metadata = new
                {
                    Timestamp = time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                    Component = new Component(
                        "library",
                        self,
                        Module.Name,
                        module.Version,
                        module.Text("Description"),
                        null,
                        [new("MIT")],
                        module.Text("Copyright"),
                        self,
                        [.. module.Files.Where(f => !IsDependency(f)).Select(Component.Of)]
                    ),
                },
                Components = packages.Select(p => new Component(
                    "library",
                    Purl(p),
                    p.Id,
                    p.Version,
                    null,
                    null,
                    p.Text("license") is { } license ? [new(license)] : null,
                    p.Text("copyright"),
                    Purl(p),
                    [.. sources[p].Select(Component.Of)]
                )),
                Dependencies = packages
                    .Select(p => new { Ref = Purl(p), DependsOn = packages.Where(d => p.Dependencies.Contains(d.Id)).Select(Purl) })
                    .Prepend(new { Ref = self, DependsOn = packages.Select(Purl) }),
            };

        return StableJson.Write(content(SerialOf(StableJson.Write(content("")))));
    }

    private static bool IsDependency(PackedFile file) =>
        file.Path.Contains("/deps/", StringComparison.Ordinal)
        && !Path.GetFileName(file.Path).StartsWith(Module.Name, StringComparison.Ordinal);

    private static string Purl(RestoredPackage package) => Purl(package.Id, package.Version);

    private static string Purl(string id, string version) => $"pkg:nuget/{id}@{version}";

    // A UUID of version 8: made from the content, so that the same content has the same.
    private static string SerialOf(byte[] content)
    {
        var bytes = SHA256.HashData(content)[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return $"urn:uuid:{new Guid(bytes, bigEndian: true)}";
    }

    private sealed record License(string Expression);

    private sealed record Hash(string Alg, string Content);

    private sealed record Component(
        string Type,
        [property: JsonPropertyName("bom-ref")] string? Ref,
        string Name,
        string? Version,
        string? Description,
        Hash[]? Hashes,
        License[]? Licenses,
        string? Copyright,
        string? Purl,
        Component[]? Components
    )
    {
        public static Component Of(PackedFile file) =>
            new("file", null, file.Path, null, null, [new("SHA-256", file.Sha256)], null, null, null, null);
    }
}
