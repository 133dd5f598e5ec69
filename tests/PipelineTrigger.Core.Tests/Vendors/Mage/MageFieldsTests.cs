using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Vendors.Mage;

namespace PipelineTrigger.Core.Tests.Vendors.Mage;

public sealed class MageFieldsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData("3", 3)]
    [InlineData(" 3 ", 3)]
    [InlineData(3L, 3)]
    [InlineData(2147483647, 2147483647)]
    public void A_trigger_is_a_positive_int32_also_as_text(object value, int id) => Assert.Equal(id, Parse(value).TriggerId);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData("-1")]
    [InlineData("99999999999")]
    [InlineData(99999999999L)]
    [InlineData("2147483648")]
    [InlineData("1.5")]
    [InlineData(1.5)]
    [InlineData("one")]
    [InlineData("1,000")]
    public void Any_other_id_is_refused_because_it_would_break_the_servers_database_session(object value)
    {
        Action parse = () => Parse(value);

        Assert.Contains("from 1 to 2147483647", parse.Fails(PipelineErrorId.InvalidInput).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    public void A_trigger_must_be_named(object? value)
    {
        Action parse = () => Parse(value);

        Assert.StartsWith("TriggerId is missing.", parse.Fails(PipelineErrorId.InvalidInput).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Blank_variables_and_a_blank_token_are_absent()
    {
        var trigger = (MageTrigger)
            Sample.Parse(
                PipelineVendor.Mage,
                new Dictionary<string, object?>
                {
                    ["TriggerId"] = "3",
                    ["Variables"] = "",
                    ["TriggerToken"] = " ",
                }
            );

        Assert.Empty(trigger.Variables);
        Assert.Null(trigger.Token);
    }

    [Fact]
    public void A_trigger_shows_no_token()
    {
        var trigger = Sample.Parse(
            PipelineVendor.Mage,
            new Dictionary<string, object?> { ["TriggerId"] = 3, ["TriggerToken"] = "trigger-token-3" }
        );

        Assert.Equal("Mage trigger 3", trigger.ToString());
        Assert.Null(trigger.Destroys);
    }

    private static MageTrigger Parse(object? id) =>
        (MageTrigger)Sample.Parse(PipelineVendor.Mage, new Dictionary<string, object?> { ["TriggerId"] = id });
}
