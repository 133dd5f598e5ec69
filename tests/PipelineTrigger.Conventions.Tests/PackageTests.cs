using System.Text.RegularExpressions;

namespace PipelineTrigger.Conventions.Tests;

/// <summary>The module in its package: what lies where, and that everything in it finds what it needs.</summary>
public sealed partial class PackageTests
{
    // What PowerShell itself is to the module; Windows PowerShell 5.1 has it as version 3.0.0.0.
    private const string PowerShell = "System.Management.Automation";

    public static TheoryData<string> Editions => ["net472", "net8.0"];

    public static TheoryData<string, string> Assemblies =>
        new(from edition in (Edition[])[Product.Desktop, Product.Core] from file in edition.Assemblies select (edition.Framework, file));

    public static TheoryData<string> AssembliesForPowerShell7 => [.. Product.Core.Assemblies];

    public static TheoryData<string, string> OwnAssemblies =>
        new(
            from edition in (string[])["net472", "net8.0"]
            from file in (string[])["PipelineTrigger.dll", "PipelineTrigger.Abstractions.dll", "deps/PipelineTrigger.Core.dll"]
            select (edition, file)
        );

    [Fact]
    public void The_module_holds_these_files_and_no_other_beside_its_help() =>
        Assert.Equal(
            [
                "LICENSE",
                "PipelineTrigger.Format.ps1xml",
                "PipelineTrigger.Types.ps1xml",
                "PipelineTrigger.psd1",
                "THIRD-PARTY-NOTICES.txt",
                // Where PowerShell loads modules: our own two. What they stand on lies in deps, where only our resolver looks.
                "net472/PipelineTrigger.Abstractions.dll",
                "net472/PipelineTrigger.dll",
                "net472/deps/Microsoft.Bcl.AsyncInterfaces.dll",
                "net472/deps/Microsoft.Bcl.TimeProvider.dll",
                "net472/deps/PipelineTrigger.Core.dll",
                "net472/deps/Polly.Core.dll",
                "net472/deps/System.Buffers.dll",
                "net472/deps/System.IO.Pipelines.dll",
                "net472/deps/System.Memory.dll",
                "net472/deps/System.Numerics.Vectors.dll",
                "net472/deps/System.Runtime.CompilerServices.Unsafe.dll",
                "net472/deps/System.Text.Encodings.Web.dll",
                "net472/deps/System.Text.Json.dll",
                "net472/deps/System.Threading.Tasks.Extensions.dll",
                "net472/deps/System.ValueTuple.dll",
                "net8.0/PipelineTrigger.Abstractions.dll",
                "net8.0/PipelineTrigger.dll",
                "net8.0/deps/PipelineTrigger.Core.dll",
                "net8.0/deps/Polly.Core.dll",
            ],
            Product.ModuleFiles.Where(f => !Help().IsMatch(f))
        );

    [Theory, MemberData(nameof(Assemblies))]
    public void PowerShell_itself_is_shipped_nowhere(string edition, string file) =>
        Assert.NotEqual(PowerShell, Product.Of(edition).Read(file).Name.Name);

    [Theory, MemberData(nameof(Assemblies))]
    public void Whatever_an_assembly_needs_is_in_the_box_or_shipped_at_that_version_or_later(string edition, string file)
    {
        var shipped = Product.Of(edition).Shipped.ToDictionary(a => a.Name.Name, a => a.Name.Version);
        var box = Product.Of(edition).Box;
        Expect.None(
            from needed in Product.Of(edition).Read(file).MainModule.AssemblyReferences
            where !IsHost(needed, file) && !Has(box, needed) && !Has(shipped, needed)
            select $"{needed.FullName}; in the box: {box.GetValueOrDefault(needed.Name)}; shipped: {shipped.GetValueOrDefault(needed.Name)}"
        );
    }

    // net8.0 is what PowerShell 7.4 runs on, whatever the runtime is that these tests run on.
    [Theory, MemberData(nameof(AssembliesForPowerShell7))]
    public void Nothing_for_PowerShell_7_needs_a_later_framework_than_its_own(string file)
    {
        var shipped = Product.Core.Shipped.Select(a => a.Name.Name).ToList();
        Expect.None(
            Product
                .Core.Read(file)
                .MainModule.AssemblyReferences.Where(r => r.Version > new Version(8, 0, 0, 0) && !shipped.Contains(r.Name))
                .Select(r => r.FullName)
        );
    }

    [Theory, MemberData(nameof(Editions))]
    public void Whatever_is_shipped_is_needed(string edition)
    {
        var needed = Product.Of(edition).Shipped.SelectMany(a => a.MainModule.AssemblyReferences).Select(r => r.Name).ToHashSet();
        Expect.None(
            Product.Of(edition).Shipped.Select(a => a.Name.Name).Where(name => name != "PipelineTrigger" && !needed.Contains(name))
        );
    }

    [Fact]
    public void PowerShell_7_is_given_nothing_that_its_framework_has() =>
        Expect.None(Product.Core.Shipped.Select(a => a.Name.Name).Where(Product.Core.Box.ContainsKey));

    [Theory, MemberData(nameof(OwnAssemblies))]
    public void Our_assemblies_have_the_version_of_the_manifest(string edition, string file) =>
        Assert.Equal(Product.Version, Product.Of(edition).Read(file).Name.Version);

    [Theory]
    [InlineData("RootModule")]
    [InlineData("FormatsToProcess")]
    [InlineData("TypesToProcess")]
    public void What_the_manifest_names_is_there(string entry) =>
        Assert.All(Product.ManifestStrings(entry).Where(f => f.Contains('.', StringComparison.Ordinal)), f =>
            Assert.True(File.Exists(Path.Combine(Product.ModuleFolder, f)), f)
        );

    [Fact]
    public void The_module_has_the_manifest_of_the_repository() =>
        Assert.Equal(File.ReadAllText(Path.Combine(Product.RepositoryRoot, "PipelineTrigger.psd1")), Product.Manifest);

    private static bool Has(IReadOnlyDictionary<string, Version> there, AssemblyNameReference needed) =>
        there.TryGetValue(needed.Name, out var version) && version >= needed.Version;

    private static bool IsHost(AssemblyNameReference needed, string file) =>
        file == "PipelineTrigger.dll" && needed.Name == PowerShell && needed.Version <= new Version(3, 0, 0, 0);

    [GeneratedRegex(@"^en-US/(PipelineTrigger(\.dll)?-[Hh]elp\.xml|about_\w+\.help\.txt)$")]
    private static partial Regex Help();
}
