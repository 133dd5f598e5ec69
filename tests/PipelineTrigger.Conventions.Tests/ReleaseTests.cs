using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Xml.Linq;
using PipelineTrigger.Packaging;

namespace PipelineTrigger.Conventions.Tests;

/// <summary>
/// The files of a release: the zip for Azure Automation, the NuGet package for the PowerShell Gallery, and the papers
/// beside them.
/// </summary>
public sealed class ReleaseTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> ZipFiles => ["PipelineTrigger.zip", NuGetPackageFile];

    public static TheoryData<string, string> OwnAssemblies => PackageTests.OwnAssemblies;

    private static string NuGetPackageFile => $"PipelineTrigger.{Product.Version.ToString(3)}.nupkg";

    [Fact]
    public void A_release_holds_these_files() =>
        Assert.Equal(
            [NuGetPackageFile, "PipelineTrigger.cdx.json", "PipelineTrigger.files.json", "PipelineTrigger.zip", "SHA256SUMS"],
            Directory.EnumerateFileSystemEntries(BuiltPackage.Folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)
        );

    // The rule of Azure Automation, which wants no folder for the version either.
    [Fact]
    public void The_zip_its_one_folder_and_the_manifest_in_it_have_one_name()
    {
        var entries = Entries("PipelineTrigger.zip");
        Assert.All(entries.Keys, e => Assert.StartsWith("PipelineTrigger/", e, StringComparison.Ordinal));
        Assert.Contains("PipelineTrigger/PipelineTrigger.psd1", entries.Keys);
    }

    [Fact]
    public void The_NuGet_package_holds_the_files_of_the_zip_byte_for_byte()
    {
        var package = Entries(NuGetPackageFile);
        Assert.Equal(
            Entries("PipelineTrigger.zip").Select(e => (e.Key["PipelineTrigger/".Length..], e.Value)),
            package
                .Where(e => e.Key is not ("[Content_Types].xml" or "_rels/.rels" or "PipelineTrigger.nuspec"))
                .Select(e => (e.Key, e.Value))
        );
    }

    [Fact]
    public void The_NuGet_package_says_what_the_manifest_says()
    {
        using var zip = ZipFile.OpenRead(InRelease(NuGetPackageFile));
        using var stream = zip.GetEntry("PipelineTrigger.nuspec")!.Open();
        var said = XDocument.Load(stream).Descendants().Where(e => !e.HasElements).ToDictionary(e => e.Name.LocalName, e => e.Value);
        Assert.Equal("PipelineTrigger", said["id"]);
        Assert.Equal(Product.ManifestStrings("ModuleVersion").Single(), said["version"]);
        Assert.Equal(Product.ManifestStrings("Description").Single(), said["description"]);
        Assert.Equal(Product.ManifestStrings("LicenseUri").Single(), said["licenseUrl"]);
        string[] tags =
        [
            "PSModule",
            .. Product.ManifestStrings("Tags"),
            .. Product.ManifestStrings("CmdletsToExport").Select(c => $"PSCmdlet_{c}"),
        ];
        Assert.Subset(said["tags"].Split(' ').ToHashSet(), tags.ToHashSet());
    }

    [Theory, MemberData(nameof(ZipFiles))]
    public void All_files_in_a_package_have_one_time(string package)
    {
        using var zip = ZipFile.OpenRead(InRelease(package));
        Assert.Single(zip.Entries.Select(e => e.LastWriteTime.DateTime).Distinct());
    }

    [Fact]
    public void Packing_the_same_module_elsewhere_and_later_gives_the_same_bytes()
    {
        var other = Directory.CreateTempSubdirectory("PipelineTrigger-");
        try
        {
            foreach (var file in Product.ModuleFiles.Reverse())
            {
                var copy = Path.Combine(other.FullName, file);
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(Path.Combine(Product.ModuleFolder, file), copy);
                File.SetLastWriteTimeUtc(copy, new DateTime(2020, 2, 29, 0, 0, 0, DateTimeKind.Utc));
            }

            Assert.Equal(Packed(Product.ModuleFolder), Packed(other.FullName));
        }
        finally
        {
            other.Delete(recursive: true);
        }
    }

    [Theory, MemberData(nameof(OwnAssemblies))]
    public void An_assembly_does_not_tell_the_folder_that_it_was_built_in(string edition, string file)
    {
        var assembly = Product.Of(edition).Read(file);
        var debuggable = assembly.CustomAttributes.Single(a => a.AttributeType.Name == "DebuggableAttribute");
        Assert.SkipWhen(
            debuggable.ConstructorArguments is [{ Value: int modes }] && (modes & 256) != 0,
            "A Debug build keeps its paths, for the debugger."
        );
        var symbols = assembly.MainModule.GetDebugHeader().Entries.Single(e => e.Directory.Type == ImageDebugType.CodeView).Data;
        Assert.StartsWith("/_/src/", System.Text.Encoding.UTF8.GetString(symbols.AsSpan(24)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_list_has_every_file_with_its_size_and_checksum()
    {
        var listed = Json("PipelineTrigger.files.json")
            .GetProperty("files")
            .EnumerateArray()
            .Select(f => (f.GetProperty("path").GetString()!, f.GetProperty("size").GetInt64(), f.GetProperty("sha256").GetString()!));
        Assert.Equal(Product.ModuleFiles.Select(f => (f, new FileInfo(InModule(f)).Length, Sum(InModule(f)))), listed);
    }

    [Fact]
    public void The_checksums_are_those_of_the_release() =>
        Assert.Equal(
            Directory
                .EnumerateFiles(BuiltPackage.Folder)
                .Where(f => Path.GetFileName(f) != "SHA256SUMS")
                .Order(StringComparer.Ordinal)
                .Select(f => $"{Sum(f)}  {Path.GetFileName(f)}"),
            File.ReadAllLines(InRelease("SHA256SUMS"))
        );

    [Fact]
    public void The_SBOM_has_every_file_with_its_checksum()
    {
        var sbom = Json("PipelineTrigger.cdx.json");
        var files = sbom.GetProperty("components")
            .EnumerateArray()
            .Prepend(sbom.GetProperty("metadata").GetProperty("component"))
            .SelectMany(c => c.GetProperty("components").EnumerateArray())
            .Select(f => (f.GetProperty("name").GetString()!, f.GetProperty("hashes")[0].GetProperty("content").GetString()!));
        Assert.Equal(Product.ModuleFiles.Select(f => (f, Sum(InModule(f)))), files.OrderBy(f => f.Item1, StringComparer.Ordinal));
    }

    [Fact]
    public void The_SBOM_lists_version_address_and_license_of_each_third_party_package() =>
        Assert.All(Json("PipelineTrigger.cdx.json").GetProperty("components").EnumerateArray(), c =>
        {
            var (name, version) = (c.GetProperty("name").GetString(), c.GetProperty("version").GetString());
            Assert.Equal($"pkg:nuget/{name}@{version}", c.GetProperty("purl").GetString());
            Assert.Contains(c.GetProperty("licenses")[0].GetProperty("expression").GetString(), (string[])["MIT", "BSD-3-Clause"]);
            Assert.All(c.GetProperty("components").EnumerateArray(), f =>
                Assert.EndsWith($"/deps/{name}.dll", f.GetProperty("name").GetString(), StringComparison.Ordinal)
            );
        });

    [Fact]
    public void The_notices_name_every_package_of_others()
    {
        var notices = File.ReadAllText(InModule("THIRD-PARTY-NOTICES.txt"));
        Assert.All(Json("PipelineTrigger.cdx.json").GetProperty("components").EnumerateArray(), c =>
            Assert.Contains(c.GetProperty("name").GetString()!, notices, StringComparison.Ordinal)
        );
    }

    private static string InRelease(string file) => Path.Combine(BuiltPackage.Folder, file);

    private static string InModule(string file) => Path.Combine(Product.ModuleFolder, file);

    private static string Sum(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    private static JsonElement Json(string file) => JsonDocument.Parse(File.ReadAllBytes(InRelease(file))).RootElement;

    private static IEnumerable<(string Path, string Sha256)> Packed(string folder) =>
        Packages
            .Make(
                Module.Read(folder),
                RestoredPackages.Read(Path.Combine(Product.RepositoryRoot, "src", "PipelineTrigger", "obj", "project.assets.json")),
                Noon
            )
            .Select(f => (f.Path, f.Sha256));

    private static SortedDictionary<string, string> Entries(string package)
    {
        using var zip = ZipFile.OpenRead(InRelease(package));
        var entries = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in zip.Entries)
        {
            using var stream = entry.Open();
            entries.Add(entry.FullName, Convert.ToHexStringLower(SHA256.HashData(stream)));
        }

        return entries;
    }
}
