namespace PipelineTrigger.Conventions.Tests;

/// <summary>What must never know what. Read from the instructions, so that no alias and no 'var' hides an arrow.</summary>
public sealed class ArrowTests
{
    private const string Core = "PipelineTrigger.Core";
    private const string Vendors = $"{Core}.Vendors";

    public static TheoryData<string> VendorFolders =>
        [
            .. Directory
                .EnumerateDirectories(Path.Combine(Product.RepositoryRoot, "src/PipelineTrigger.Core/Vendors"))
                .Select(d => Path.GetFileName(d)!)
                .Where(folder => folder != "Contract")
                .Order(),
        ];

    public static TheoryData<string> Editions => ["net472", "net8.0"];

    public static TheoryData<string, string> WhatCmdletsMustNotKnow =>
        new(
            from edition in (string[])["net472", "net8.0"]
            from room in (string[])["Polly", "System.Text.Json", "System.Net.Http"]
            select (edition, room)
        );

    public static TheoryData<string, string> WhatCoreMustNotKnow =>
        new(
            from edition in (string[])["net472", "net8.0"]
            from assembly in (string[])["System.Management.Automation", "PipelineTrigger", "Microsoft.PowerShell.Commands.Utility"]
            select (edition, assembly)
        );

    [Theory, MemberData(nameof(Editions))]
    public void Abstractions_references_netstandard_and_nothing_else(string edition) =>
        Assert.Equal(["netstandard"], Product.Of(edition).Abstractions.MainModule.AssemblyReferences.Select(r => r.Name));

    [Theory, MemberData(nameof(Editions))]
    public void Abstractions_is_one_and_the_same_in_both_editions(string edition) =>
        Assert.Equal(Product.Core.Abstractions.MainModule.Mvid, Product.Of(edition).Abstractions.MainModule.Mvid);

    [Fact]
    public void Public_signatures_of_Abstractions_are_made_of_plain_types() =>
        Expect.None(
            from type in Product.Core.Abstractions.MainModule.Types
            where type.IsPublic
            from exposed in type.Exposed().DistinctBy(t => t.FullName)
            where
                exposed.Scope.Name != "netstandard"
                && !(exposed.Resolve() is { IsPublic: true } or { IsNestedPublic: true } || IsCompilersMark(exposed))
            select $"{type.FullName} shows {exposed.FullName}"
        );

    [Theory, MemberData(nameof(WhatCoreMustNotKnow))]
    public void The_client_core_does_not_know_PowerShell_or_the_cmdlets(string edition, string assembly) =>
        Assert.DoesNotContain(assembly, Product.Of(edition).ClientCore.MainModule.AssemblyReferences.Select(r => r.Name));

    [Theory, MemberData(nameof(WhatCmdletsMustNotKnow))]
    public void The_cmdlets_do_not_know_what_the_client_core_is_made_with(string edition, string room) =>
        Expect.None(Product.Of(edition).Cmdlets.MainModule.GetTypeReferences().Where(t => t.IsIn(room)).Select(t => t.FullName));

    // The resolver is registered when the module is initialized, and PowerShell has looked at all public types before.
    [Theory, MemberData(nameof(Editions))]
    public void No_public_type_of_the_cmdlets_shows_what_only_the_resolver_finds(string edition) =>
        Expect.None(
            from type in Product.Of(edition).Cmdlets.MainModule.Types
            where type.IsPublic
            from exposed in type.Exposed().DistinctBy(t => t.FullName)
            where IsInDeps(exposed, edition)
            select $"{type.FullName} shows {exposed.FullName}"
        );

    [Theory]
    [InlineData("PipelineTrigger.Core.Http")]
    [InlineData("PipelineTrigger.Core.Runs")]
    [InlineData("PipelineTrigger.Core.Once")]
    [InlineData("PipelineTrigger.Core.Watching")]
    [InlineData("PipelineTrigger.Core.Operations")]
    public void No_arrow_leads_from_the_common_rooms_to_a_vendor(string room)
    {
        Assert.NotEmpty(Product.Core.ClientCore.WrittenTypes(room));
        Expect.None(Arrows(Product.Core.ClientCore.WrittenTypes(room), IsOfOneVendor));
    }

    [Fact]
    public void One_composition_root_knows_the_vendors() =>
        Assert.Equal(
            "VendorCatalog",
            string.Join(
                ", ",
                Product
                    .Core.ClientCore.WrittenTypes()
                    .Where(t => !IsOfOneVendor(t))
                    .Where(t => t.Mentioned().Any(IsOfOneVendor))
                    .Select(t => t.Name)
            )
        );

    [Fact]
    public void The_cmdlets_know_no_vendors_room() =>
        Expect.None(Product.Core.Cmdlets.MainModule.GetTypeReferences().Where(IsOfOneVendor).Select(t => t.FullName));

    [Theory, MemberData(nameof(VendorFolders))]
    public void A_vendor_does_not_know_another(string vendor) =>
        Expect.None(Arrows(Room(vendor), to => IsOfOneVendor(to) && !to.IsIn($"{Vendors}.{vendor}")));

    [Theory, MemberData(nameof(VendorFolders))]
    public void A_vendor_does_not_know_Polly(string vendor) => Expect.None(Arrows(Room(vendor), to => to.IsIn("Polly")));

    [Theory, MemberData(nameof(VendorFolders))]
    public void A_vendor_has_no_HttpClient_of_its_own(string vendor) =>
        Expect.None(
            Arrows(Room(vendor), to =>
                to.Namespace == "System.Net.Http"
                && (to.Name is "HttpClient" or "HttpMessageInvoker" || to.Name.EndsWith("Handler", StringComparison.Ordinal))
            )
        );

    [Theory, MemberData(nameof(VendorFolders))]
    public void A_vendor_never_lets_time_pass(string vendor) =>
        Expect.None(
            from type in Room(vendor)
            from call in type.Calls()
            where call is { Name: "Delay" or "Sleep" or "SpinWait" or "CreateTimer" or "WaitForNextTickAsync" }
            select $"{type.FullName} calls {call.FullName}"
        );

    [Fact]
    public void There_is_a_vendors_room_for_each_vendor_and_for_no_other() =>
        Assert.Equal(Surface.Words["PipelineTrigger.PipelineVendor"].Order(), VendorFolders.Select(row => row.Data).Order());

    private static bool IsOfOneVendor(TypeReference type) => VendorFolders.Any(vendor => type.IsIn($"{Vendors}.{vendor.Data}"));

    private static IEnumerable<TypeDefinition> Room(string vendor) =>
        Product
            .Of("net472")
            .ClientCore.WrittenTypes($"{Vendors}.{vendor}")
            .Concat(Product.Core.ClientCore.WrittenTypes($"{Vendors}.{vendor}"));

    private static IEnumerable<string> Arrows(IEnumerable<TypeDefinition> types, Func<TypeReference, bool> isForbidden) =>
        from type in types
        from to in type.Mentioned()
        where isForbidden(to)
        select $"{type.FullName} -> {to.FullName}";

    private static bool IsInDeps(TypeReference type, string edition) =>
        type.Scope is AssemblyNameReference scope && File.Exists(Path.Combine(Product.Of(edition).Folder, "deps", scope.Name + ".dll"));

    // Marks such as NullableAttribute, which the compiler puts into the assembly itself.
    private static bool IsCompilersMark(TypeReference type) =>
        type.Namespace is "System.Runtime.CompilerServices" or "Microsoft.CodeAnalysis"
        && type.Name.EndsWith("Attribute", StringComparison.Ordinal);
}
