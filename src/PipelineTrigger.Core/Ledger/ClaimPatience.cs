using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Ledger;

/// <summary>How somebody who has a name is waited for: told of after a moment, and not for ever.</summary>
/// <param name="location">Where the ledger is, for people.</param>
internal sealed class ClaimPatience(string location, TimeProvider time, IOperationObserver observer)
{
    // Longer than any trigger takes, with the search for its run.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan WorthTelling = TimeSpan.FromSeconds(5);

    private long? since;
    private bool isTold;

    /// <summary>Waits until the name may be asked for again.</summary>
    /// <exception cref="PipelineException">LedgerUnavailable: it was waited for long enough.</exception>
    public Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        if (since is null)
        {
            since = time.GetTimestamp();
            observer.Verbose("Another process is at work on the same key, or ended a moment ago; waiting for what becomes of it.");
        }

        var waited = time.GetElapsedTime(since.Value);
        if (waited >= Longest)
        {
            throw new PipelineException(
                PipelineErrorId.LedgerUnavailable,
                $"Another process has been at work on the same key for {Longest.TotalMinutes:0} minutes (run ledger {location}). "
                    + "Give the key again when that process has ended."
            );
        }

        if (waited >= WorthTelling && !isTold)
        {
            isTold = true;
            observer.Warning(
                $"Another process is at work on the same key, or ended a moment ago. It is waited for, up to "
                    + $"{Longest.TotalMinutes:0} minutes, to learn what becomes of the key. Ctrl+C ends the wait; nothing was sent yet."
            );
        }

        return time.WaitAsync(pause, cancellationToken);
    }
}
