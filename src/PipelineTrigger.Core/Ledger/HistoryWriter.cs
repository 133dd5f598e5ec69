namespace PipelineTrigger.Core.Ledger;

/// <summary>
/// Writes lines to a store's history in the background, in batches. Lines that cannot be written are dropped, because no decision depends
/// on them.
/// </summary>
internal sealed class HistoryWriter(ILedgerStore store)
{
    private readonly object gate = new();
    private List<LedgerEntry> waiting = [];
    private Task writing = Task.CompletedTask;

    public void Add(LedgerEntry line)
    {
        lock (gate)
        {
            waiting.Add(line);
            if (writing.IsCompleted)
            {
                writing = Task.Run(WriteAsync);
            }
        }
    }

    /// <summary>Waits until what has been added is written.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        Task work;
        lock (gate)
        {
            work = writing;
        }

        if (!work.IsCompleted)
        {
            await Task.WhenAny(work, Task.Delay(Timeout.Infinite, cancellationToken)).ConfigureAwait(false);
        }
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            List<LedgerEntry> lines;
            lock (gate)
            {
                if (waiting.Count == 0)
                {
                    // Under the lock that Add starts the next one under.
                    writing = Task.CompletedTask;
                    return;
                }

                (lines, waiting) = (waiting, []);
            }

            try
            {
                await store.AppendAsync(lines, CancellationToken.None).ConfigureAwait(false);
            }
            catch (PipelineException)
            {
                // The ledger cannot be written: a trigger must not fail because of the history.
            }
        }
    }
}
