using Microsoft.Extensions.Time.Testing;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Time;

public sealed class VendorClockTests
{
    private static readonly DateTimeOffset Theirs = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly JumpingClock here = new();

    [Fact]
    public void Without_a_dated_answer_nothing_is_known() => Assert.Null(new VendorClock(here).Now());

    [Fact]
    public void A_date_is_worth_what_passed_between_the_request_and_now()
    {
        var clock = Observed(took: 2);
        here.Pass(3);

        Assert.Equal((3.0, 6.0), Seconds(clock));
    }

    [Theory]
    [InlineData(3600, 3, 3606)]
    [InlineData(-3600, -3597, 6)]
    public void A_jump_of_this_machines_clock_widens_what_is_known_and_never_narrows_it(double jump, double from, double until)
    {
        var clock = Observed(took: 2);
        here.Pass(3);
        here.Jump(jump);

        Assert.Equal((from, until), Seconds(clock));
    }

    [Fact]
    public void Hosts_whose_clocks_differ_widen_what_is_known()
    {
        var clock = Observed(took: 0);
        clock.Observe("two", Theirs.AddSeconds(30), clock.Here);

        Assert.Equal((0.0, 31.0), Seconds(clock));
    }

    private VendorClock Observed(double took)
    {
        var clock = new VendorClock(here);
        var asked = clock.Here;
        here.Pass(took);
        clock.Observe("one", Theirs, asked);
        return clock;
    }

    private static (double From, double Until) Seconds(VendorClock clock) =>
        ((clock.Now()!.Value.From - Theirs.UtcDateTime).TotalSeconds, (clock.Now()!.Value.Until - Theirs.UtcDateTime).TotalSeconds);

    private sealed class JumpingClock : TimeProvider
    {
        private readonly FakeTimeProvider time = new();
        private TimeSpan jumped;

        public override long TimestampFrequency => time.TimestampFrequency;

        public void Pass(double seconds) => time.Advance(TimeSpan.FromSeconds(seconds));

        public void Jump(double seconds) => jumped += TimeSpan.FromSeconds(seconds);

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + jumped;

        public override long GetTimestamp() => time.GetTimestamp();
    }
}
