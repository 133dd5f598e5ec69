using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Runs;

public sealed class OperationOptionsTests
{
    [Fact]
    public void What_is_left_out_has_its_default()
    {
        var options = OperationOptions.Create();

        Assert.Equal((null, null, 10), (options.Timeout, options.PollInterval, options.ThrottleLimit));
    }

    [Fact]
    public void What_is_given_is_kept()
    {
        var options = OperationOptions.Create(7200, 1, 1000);

        Assert.Equal(
            (TimeSpan.FromHours(2), TimeSpan.FromSeconds(1), 1000),
            (options.Timeout!.Value, options.PollInterval!.Value, options.ThrottleLimit)
        );
    }

    [Theory]
    [InlineData(-1, null, null, "TimeoutSec must be from 1 to 2000000 seconds, not -1.")]
    [InlineData(0, null, null, "TimeoutSec")]
    [InlineData(2_000_001, null, null, "TimeoutSec")]
    [InlineData(null, 0, null, "PollIntervalSec")]
    [InlineData(null, int.MaxValue, null, "PollIntervalSec")]
    [InlineData(null, null, 0, "ThrottleLimit must be from 1 to 1000, not 0.")]
    [InlineData(null, null, -5, "ThrottleLimit")]
    [InlineData(null, null, 1001, "ThrottleLimit")]
    public void What_cannot_be_right_is_refused_before_anything_is_sent(
        int? timeoutSec,
        int? pollIntervalSec,
        int? throttleLimit,
        string reason
    )
    {
        Action check = () => OperationOptions.Create(timeoutSec, pollIntervalSec, throttleLimit);

        var error = check.Fails(PipelineErrorId.InvalidInput);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was sent.", error.Message, StringComparison.Ordinal);
    }
}
