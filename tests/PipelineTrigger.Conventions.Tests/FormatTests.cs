using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PipelineTrigger.Conventions.Tests;

/// <summary>Every output has its views; they show what there is, and fit a window.</summary>
public sealed partial class FormatTests
{
    private const string FromAnotherProcess = "Deserialized.";

    // PowerShell gives it to every job.
    private const string JobState = "State";

    private const int Window = 80;
    private const int LeastOfAColumn = 15;

    private static readonly XDocument Views = XDocument.Load(Path.Combine(Product.ModuleFolder, "PipelineTrigger.Format.ps1xml"));
    private static readonly XDocument Types = XDocument.Load(Path.Combine(Product.ModuleFolder, "PipelineTrigger.Types.ps1xml"));

    public static TheoryData<string, string> OutputsByView =>
        new(from type in Outputs from control in (string[])["TableControl", "ListControl", "WideControl"] select (type, control));

    public static TheoryData<string> OwnOutputs =>
        [.. Outputs.Where(type => Product.Core.Abstractions.MainModule.GetType(type) is not null)];

    public static TheoryData<string> ViewNames => [.. Views.Descendants("View").Select(NameOf)];

    public static TheoryData<string> TableNames => [.. Views.Descendants("TableControl").Select(t => NameOf(t.Parent!))];

    public static TheoryData<string, string> ViewedProperties =>
        new(
            (
                from view in Views.Descendants("View")
                from property in view.Descendants("PropertyName")
                    .Select(p => p.Value)
                    .Concat(view.Descendants("ScriptBlock").SelectMany(s => ReadProperty().Matches(s.Value).Select(m => m.Groups[1].Value)))
                select (TypesOf(view)[0], property)
            ).Distinct()
        );

    public static TheoryData<string, string> DisplayedProperties =>
        new(
            from type in Types.Descendants("Type")
            from property in type.Descendants("ReferencedProperties").Elements("Name")
            select (type.Element("Name")!.Value, property.Value)
        );

    private static IEnumerable<string> Outputs =>
        Command
            .In(Product.Core)
            .Values.SelectMany(c => c.OutputTypes)
            .Select(t => t.FullName)
            .Where(name => name.StartsWith("PipelineTrigger.", StringComparison.Ordinal))
            .Distinct();

    [Theory, MemberData(nameof(OutputsByView))]
    public void An_output_has_a_table_a_list_and_a_wide_view(string type, string control) =>
        Assert.Single(Views.Descendants("View"), view => TypesOf(view)[0] == type && view.Element(control) is not null);

    [Theory, MemberData(nameof(ViewNames))]
    public void What_came_from_another_process_is_shown_alike(string name)
    {
        var types = TypesOf(View(name));
        Assert.Equal([types[0], FromAnotherProcess + types[0]], types);
    }

    [Theory, MemberData(nameof(OwnOutputs))]
    public void An_output_has_a_default_property_set(string type) =>
        Assert.Single(Types.Descendants("Type"), t =>
            t.Element("Name")!.Value == type && t.Descendants("PropertySet").Elements("Name").Single().Value == "DefaultDisplayPropertySet"
        );

    [Theory, MemberData(nameof(ViewedProperties))]
    public void A_view_shows_a_property_that_the_type_has(string type, string property) =>
        Assert.Contains(
            property,
            type.EndsWith("Job", StringComparison.Ordinal) ? PropertiesOf(type).Append(JobState) : PropertiesOf(type)
        );

    [Theory, MemberData(nameof(DisplayedProperties))]
    public void A_default_property_is_one_that_the_type_has(string type, string property) => Assert.Contains(property, PropertiesOf(type));

    // PowerShell would fit all columns to the data, and wrap or drop those that have no room.
    [Theory, MemberData(nameof(TableNames))]
    public void The_first_column_of_a_table_has_a_width(string name) =>
        Assert.NotNull(View(name).Descendants("TableColumnHeader").First().Element("Width"));

    [Theory, MemberData(nameof(TableNames))]
    public void A_table_has_room_in_the_narrowest_usual_window(string name)
    {
        var columns = View(name).Descendants("TableColumnHeader").ToList();
        Assert.InRange(columns.Sum(c => (int?)c.Element("Width") ?? LeastOfAColumn) + columns.Count - 1, 1, Window);
    }

    [Theory, MemberData(nameof(TableNames))]
    public void A_column_of_a_table_is_as_wide_as_its_label(string name) =>
        Assert.All(View(name).Descendants("TableColumnHeader"), c =>
            Assert.InRange(c.Element("Label")!.Value.Length, 1, (int?)c.Element("Width") ?? LeastOfAColumn)
        );

    [Fact]
    public void The_column_of_the_status_has_room_for_every_status() =>
        Assert.All(Views.Descendants("TableColumnHeader").Where(c => c.Element("Label")!.Value == "Status"), c =>
            Assert.Equal(Surface.Words["PipelineTrigger.PipelineRunStatus"].Max(status => status.Length), (int)c.Element("Width")!)
        );

    [Fact]
    public void A_status_has_the_same_colour_wherever_it_is_shown() =>
        Assert.Single(
            Views
                .Descendants("ScriptBlock")
                .SelectMany(s => ColourTable().Matches(s.Value))
                .Select(table => Blanks().Replace(table.Value, " "))
                .Distinct()
        );

    private static string NameOf(XElement view) => view.Element("Name")!.Value;

    private static XElement View(string name) => Views.Descendants("View").Single(view => NameOf(view) == name);

    private static List<string> TypesOf(XElement view) => [.. view.Elements("ViewSelectedBy").Elements("TypeName").Select(t => t.Value)];

    private static IEnumerable<string> PropertiesOf(string type)
    {
        for (var member = Find(type); member is not null; member = member.BaseType?.Resolve())
        {
            foreach (var property in member.Properties)
            {
                yield return property.Name;
            }
        }
    }

    private static TypeDefinition? Find(string type) =>
        Product.Core.Abstractions.MainModule.GetType(type) ?? Product.Core.Cmdlets.MainModule.GetType(type);

    [GeneratedRegex(@"\$_\.(\w+)")]
    private static partial Regex ReadProperty();

    [GeneratedRegex(@"\$colour = @\{.*?\}", RegexOptions.Singleline)]
    private static partial Regex ColourTable();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
