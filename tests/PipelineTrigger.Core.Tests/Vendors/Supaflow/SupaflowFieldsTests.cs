using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Vendors.Supaflow;

namespace PipelineTrigger.Core.Tests.Vendors.Supaflow;

public sealed class SupaflowFieldsTests
{
    [Theory]
    [InlineData("11111111-2222-3333-4444-55555555aBcD")]
    [InlineData("{11111111-2222-3333-4444-55555555ABCD}")]
    [InlineData("1111111122223333444455555555abcd")]
    [InlineData(" 11111111-2222-3333-4444-55555555abcd ")]
    public void A_pipeline_is_a_UUID_in_any_spelling(string value)
    {
        var trigger = Parse(value);

        Assert.True(trigger.IsId);
        Assert.Equal("11111111-2222-3333-4444-55555555abcd", trigger.Pipeline);
    }

    [Theory]
    [InlineData("nightly_sales")]
    [InlineData("a-b-c")]
    [InlineData("sales-2026")]
    public void Or_it_is_an_API_name(string value)
    {
        var trigger = Parse(value);

        Assert.False(trigger.IsId);
        Assert.Equal(value, trigger.Pipeline);
    }

    [Theory]
    [InlineData("11111111-2222-3333-4444-55555555555")]
    [InlineData("11111111-2222-3333-4444-5555555555555")]
    [InlineData("1111111-2222-3333-4444-555555555555")]
    [InlineData("g1111111-2222-3333-4444-555555555555")]
    [InlineData("{11111111-2222-3333-4444-55555555555}")]
    [InlineData("name\nwith a break")]
    public void What_was_meant_as_a_UUID_and_is_none_is_refused(string value)
    {
        Action parse = () => Parse(value);

        Assert.Contains("malformed UUID", parse.Fails(PipelineErrorId.InvalidInput).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, false, false)]
    [InlineData("", "", false, false)]
    [InlineData("false", "FALSE", false, false)]
    [InlineData("TRUE", "", true, false)]
    [InlineData("yes", "1", true, true)]
    public void Blank_never_means_true(string? fullResync, string? resetTarget, bool resync, bool reset)
    {
        var trigger = Parse(Sample.NightlySales, fullResync, resetTarget);

        Assert.Equal((resync, reset), (trigger.FullResync, trigger.ResetTarget));
    }

    [Theory]
    [InlineData("maybe", null, "FullResync must be true, false, 1, 0, yes, no or blank, not 'maybe'.")]
    [InlineData(null, "true", "ResetTarget requires FullResync")]
    [InlineData("false", "true", "ResetTarget requires FullResync")]
    [InlineData("", "maybe", "ResetTarget must be")]
    public void What_cannot_be_right_is_refused_before_anything_is_sent(string? fullResync, string? resetTarget, string reason)
    {
        Action parse = () => Parse(Sample.NightlySales, fullResync, resetTarget);

        var error = parse.Fails(PipelineErrorId.InvalidInput);
        Assert.StartsWith(reason, error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was sent.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_destroyed_is_said()
    {
        Assert.Null(Parse("p").Destroys);
        Assert.Contains("cursors are reset", Parse("p", "true").Destroys, StringComparison.Ordinal);
        Assert.Contains("tables are dropped", Parse("p", "true", "true").Destroys, StringComparison.Ordinal);
    }

    private static SupaflowTrigger Parse(string pipeline, string? fullResync = null, string? resetTarget = null) =>
        (SupaflowTrigger)
            Sample.Parse(
                PipelineVendor.Supaflow,
                new Dictionary<string, object?>
                {
                    ["PipelineId"] = pipeline,
                    ["FullResync"] = fullResync,
                    ["ResetTarget"] = resetTarget,
                }
            );
}
