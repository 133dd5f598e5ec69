using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Vendors.Prophecy;

namespace PipelineTrigger.Core.Tests.Vendors.Prophecy;

public sealed class ProphecyFieldsTests
{
    [Fact]
    public void A_row_of_text_is_enough()
    {
        var trigger = Parse(
            ("FabricId", "33290"),
            ("ProjectId", "41459"),
            ("PipelineName", "bakehouse"),
            ("Parameters", """{"a":1}"""),
            ("Branch", ""),
            ("Version", "2"),
            ("ProcessName", null)
        );

        Assert.Equal(
            (33290L, "41459", "bakehouse", null, "2", null),
            (trigger.FabricId, trigger.ProjectId, trigger.PipelineName, trigger.Branch, trigger.Version, trigger.ProcessName)
        );
        Assert.Equal([new("a", "1")], trigger.Parameters!);
        Assert.Equal("Prophecy pipeline bakehouse of project 41459 on fabric 33290", trigger.Target);
        Assert.Null(trigger.Destroys);
    }

    [Theory]
    [InlineData("FabricId", null, "FabricId is missing.")]
    [InlineData("FabricId", "abc", "FabricId must be a whole number")]
    [InlineData("FabricId", "1.5", "FabricId must be a whole number")]
    [InlineData("ProjectId", " ", "ProjectId is missing.")]
    [InlineData("PipelineName", "", "PipelineName is missing.")]
    [InlineData("Parameters", "[1]", "Parameters is JSON but not a JSON object")]
    [InlineData("Parameters", "x=1", "Parameters is text but not a JSON object")]
    [InlineData("Parameters", 5, "Parameters must be a hashtable")]
    public void What_cannot_be_right_is_refused_by_its_name(string field, object? value, string reason)
    {
        Action parse = () =>
            Parse([.. Sample.Fields(PipelineVendor.Prophecy).Where(f => f.Key != field).Select(f => (f.Key, f.Value)), (field, value)]);

        Assert.StartsWith(reason, parse.Fails(PipelineErrorId.InvalidInput).Message, StringComparison.Ordinal);
    }

    private static ProphecyTrigger Parse(params (string Name, object? Value)[] fields) =>
        (ProphecyTrigger)Sample.Parse(PipelineVendor.Prophecy, fields.ToDictionary(f => f.Name, f => f.Value));
}
