using System.Xml.Linq;

namespace PipelineTrigger.Conventions.Tests;

/// <summary>The views show what there is.</summary>
public sealed class FormatTests
{
    private static readonly XDocument Views = XDocument.Load(Path.Combine(Product.ModuleFolder, "PipelineTrigger.Format.ps1xml"));

    public static TheoryData<string> ViewedTypes => [.. Views.Descendants("TypeName").Select(t => t.Value).Distinct()];

    public static TheoryData<string, string> ViewedProperties => new((
        from view in Views.Descendants("View")
        from type in view.Elements("ViewSelectedBy").Elements("TypeName")
        from property in view.Descendants("PropertyName")
        select (type.Value, property.Value)).Distinct());

    [Theory, MemberData(nameof(ViewedTypes))]
    public void A_view_is_of_a_type_that_scripts_see(string type) => Assert.True(Find(type) is { IsPublic: true });

    [Theory, MemberData(nameof(ViewedProperties))]
    public void A_view_shows_a_property_that_the_type_has(string type, string property) =>
        Assert.Contains(property, Find(type).Properties.Select(p => p.Name));

    // What comes from another process has the same properties and this before its name.
    private static TypeDefinition Find(string type) => Product.Core.Abstractions.MainModule.GetType(type.Replace("Deserialized.", "", StringComparison.Ordinal));
}
