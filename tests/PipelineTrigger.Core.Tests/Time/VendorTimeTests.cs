using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Time;

public sealed class VendorTimeTests
{
    [Theory]
    [InlineData("2026-11-22 07:30:50", 0)]
    [InlineData("2026-11-22T07:30:50", 0)]
    [InlineData("2026-11-22T07:30:50Z", 0)]
    [InlineData("2026-11-22 07:30:50+00:00", 0)]
    [InlineData("2026-11-22T09:30:50+02:00", 0)]
    [InlineData("2026-11-22 07:30:50.5", 5000000)]
    [InlineData("2026-11-22 07:30:50.934408", 9344080)]
    [InlineData("2026-11-22T07:30:50.934408+00:00", 9344080)]
    [InlineData("2026-11-22T07:30:50.123Z", 1230000)]
    public void A_time_is_UTC_unless_it_has_a_zone(string text, int ticks)
    {
        var time = VendorTime.Parse(text);

        Assert.Equal(new DateTime(2026, 11, 22, 7, 30, 50, DateTimeKind.Utc).AddTicks(ticks), time);
        Assert.Equal(DateTimeKind.Utc, time!.Value.Kind);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("1763796650")]
    public void What_is_no_time_is_none(string? text) => Assert.Null(VendorTime.Parse(text));
}
