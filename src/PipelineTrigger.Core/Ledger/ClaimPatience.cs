using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Ledger;

/// <summary>Waits for the owner of a name: reported after a moment, and with a limit.</summary>
/// <param name="location">Where the ledger is, for people.</param>
internal sealed class ClaimPatience(string location, TimeProvider time, IOperationObserver observer)
{
    // Longer than any trigger takes, including the search for its run.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan WorthTelling = TimeSpan.FromSeconds(5);

    private long? since;
    private bool isTold;

    /// <summary>Waits until the next attempt to claim the name.</summary>
    /// <exception cref="PipelineException">LedgerUnavailable: the limit was reached.</exception>
    public Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        if (since is null)
        {
            since = time.GetTimestamp();
            observer.Verbose("Another process is using the same key, or ended a moment ago. Waiting for its result.");
        }

        var waited = time.GetElapsedTime(since.Value);
        if (waited >= Longest)
        {
            throw new PipelineException(
                PipelineErrorId.LedgerUnavailable,
                $"Another process has been using the same key for {Longest.TotalMinutes:0} minutes (run ledger {location}). "
                    + "Use the key again when that process has ended."
            );
        }

        if (waited >= WorthTelling && !isTold)
        {
            isTold = true;
            observer.Warning(
                $"Another process is using the same key, or ended a moment ago. Waiting up to "
                    + $"{Longest.TotalMinutes:0} minutes for its result. Ctrl+C ends the wait; nothing was sent yet."
            );
        }

        return time.WaitAsync(pause, cancellationToken);
    }
}
