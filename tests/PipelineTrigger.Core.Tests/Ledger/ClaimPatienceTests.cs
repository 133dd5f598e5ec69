using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Ledger;

/// <summary>A wait for another process's key is reported and has a limit.</summary>
public sealed class ClaimPatienceTests
{
    private readonly ManualClock clock = new();
    private readonly RecordingObserver told = new();

    [Fact]
    public async Task A_key_that_another_keeps_is_waited_for_with_one_warning_for_a_quarter_of_an_hour()
    {
        var began = clock.GetUtcNow();

        var error = await Assert.ThrowsAsync<PipelineException>(() => WaitAsync(TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(10)));

        Assert.Equal(PipelineErrorId.LedgerUnavailable, error.ErrorId);
        Assert.Contains("for 15 minutes (run ledger here)", error.Message, StringComparison.Ordinal);
        Assert.Contains("Another process is using the same key", Assert.Single(told.Warnings), StringComparison.Ordinal);
        Assert.Equal(15, (clock.GetUtcNow() - began).TotalMinutes, 1);
    }

    [Fact]
    public async Task A_key_that_becomes_free_within_a_moment_is_had_without_a_warning()
    {
        await WaitAsync(TimeSpan.FromSeconds(4), TimeSpan.FromMilliseconds(500));

        Assert.Empty(told.Warnings);
        Assert.Single(told.VerboseLines);
    }

    private async Task WaitAsync(TimeSpan length, TimeSpan pause)
    {
        var patience = new ClaimPatience("here", clock, told);
        for (var waited = TimeSpan.Zero; waited < length; waited += pause)
        {
            await clock.RunAsync(patience.PauseAsync(pause, TestContext.Current.CancellationToken));
        }
    }
}
