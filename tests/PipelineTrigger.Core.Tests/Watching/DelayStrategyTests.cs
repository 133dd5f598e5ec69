using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Watching;

namespace PipelineTrigger.Core.Tests.Watching;

public sealed class DelayStrategyTests
{
    private static readonly PollPace Pace = new(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(20), 1.5);

    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 6)]
    [InlineData(3, 9)]
    [InlineData(4, 13.5)]
    [InlineData(5, 20)]
    [InlineData(6, 20)]
    [InlineData(100_000, 20)]
    public void The_pause_grows_from_the_floor_to_the_ceiling(int looks, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Delay(random: 0).Next(looks, null));

    [Theory]
    [InlineData(1, 4.4)]
    [InlineData(3, 9.9)]
    [InlineData(100, 22)]
    public void Chance_adds_a_tenth_at_most_and_takes_nothing_away(int looks, double most) =>
        Assert.Equal(TimeSpan.FromSeconds(most), Delay(random: 1).Next(looks, null));

    [Theory]
    [InlineData(60, 60)]
    [InlineData(2, 4)]
    [InlineData(0, 4)]
    public void What_the_vendor_asks_for_wins_where_it_is_longer(int asked, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Delay(random: 0).Next(1, TimeSpan.FromSeconds(asked)));

    [Theory]
    [InlineData(1, null, 1)]
    [InlineData(50, null, 1)]
    [InlineData(1, 30, 30)]
    public void The_callers_own_interval_is_kept_exactly_unless_the_vendor_asks_for_more(int looks, int? asked, double seconds)
    {
        var delay = new DelayStrategy(Pace, TimeSpan.FromSeconds(1), static () => 1);

        Assert.Equal(TimeSpan.FromSeconds(seconds), delay.Next(looks, asked is { } wait ? TimeSpan.FromSeconds(wait) : null));
    }

    private static DelayStrategy Delay(double random) => new(Pace, null, () => random);
}
