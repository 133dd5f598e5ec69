using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Core.Runs;

/// <summary>
/// What a vendor's clock may differ from this machine's, judged by the dates of its answers. A date is a second coarse and may be a proxy's, hence
/// the margin; what it is worth is shown by a run of ours that is found where it must be.
/// </summary>
internal sealed class VendorClock
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    // Where nothing is dated.
    private static readonly TimeSpan Undated = TimeSpan.FromMinutes(-10);

    private TimeSpan? lead;

    /// <summary>The least that the vendor's clock is ahead, less a margin.</summary>
    public TimeSpan Lead => (lead ?? Undated) - Margin;

    public void Observe(VendorAnswer answer) => lead = answer.ClockLead < lead ? answer.ClockLead : lead ?? answer.ClockLead;

    /// <summary>A list of the runs since a moment of this machine's clock; read again from earlier if its own date shows that it must be.</summary>
    /// <param name="list">Reads it from a moment of the vendor's clock, and lets this clock observe the answers.</param>
    public static async Task<RunListing> ListAsync(DateTime since, Func<DateTime, VendorClock, Task<(IReadOnlyList<ListedRun> Runs, bool IsComplete)>> list)
    {
        var clock = new VendorClock();
        var from = since + clock.Lead;
        var (runs, isComplete) = await list(from, clock).ConfigureAwait(false);
        if (since + clock.Lead is var earlier && earlier < from)
        {
            (runs, isComplete) = await list(earlier, clock).ConfigureAwait(false);
        }

        return new(runs, isComplete, clock.Lead);
    }
}
