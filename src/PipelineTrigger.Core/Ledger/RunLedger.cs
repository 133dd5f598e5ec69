using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Ledger;

/// <summary>What the ledger knows of runs of one subject that this process does not.</summary>
/// <param name="InDoubt">Triggers of other processes whose runs are not known, those on their way included.</param>
/// <param name="RunIds">Runs that are known to be of some trigger.</param>
internal sealed record RunsElsewhere(IReadOnlyList<LedgerEntry> InDoubt, HashSet<string> RunIds)
{
    public static RunsElsewhere None => new([], []);
}

/// <summary>The ledger as one connection uses it: its own names, and what was triggered at its installation.</summary>
internal sealed class RunLedger(ILedgerStore store, string vendor, string baseUri, string connection, TimeProvider time) : IDisposable
{
    // Far enough back for a run that is certainly ours, near enough for a list of moderate length.
    private static readonly TimeSpan KnownFor = TimeSpan.FromDays(2);

    private readonly HistoryWriter history = new(store);
    private readonly CancellationTokenSource end = new();
    private Task? pruning;

    /// <summary>The location to show to users.</summary>
    public string Location => store.Location;

    /// <summary>Claims a key; waits while another owner exists.</summary>
    /// <param name="workspace">The vendor's id; null if the base URI is enough.</param>
    public async Task<ILedgerClaim> ClaimAsync(
        string key,
        string? workspace,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        PruneOnce();
        var before = LedgerName.OfKey(vendor, baseUri, null, key);
        if (workspace is not null && await store.HasAsync(before, cancellationToken).ConfigureAwait(false))
        {
            var old = await store.AcquireAsync(before, observer, cancellationToken).ConfigureAwait(false);
            if (old.Exists)
            {
                return old;
            }

            // Its owner freed it meanwhile, so the key is claimed in its workspace.
            await old.DisposeAsync().ConfigureAwait(false);
        }

        return await store
            .AcquireAsync(LedgerName.OfKey(vendor, baseUri, workspace, key), observer, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Claims the right to assign the runs of a subject.</summary>
    public Task<ILedgerClaim> ClaimSubjectAsync(TriggerSubject subject, IOperationObserver observer, CancellationToken cancellationToken) =>
        store.AcquireAsync(LedgerName.OfSubject(vendor, baseUri, subject.Name), observer, cancellationToken);

    /// <summary>An entry for a trigger that is about to be sent.</summary>
    public LedgerEntry Intent(TriggerRequest request, TriggerSubject? subject, string? key, string? correlationId, VendorSpan? sent)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var salt = key is null ? null : RequestDigest.NewSalt();
        return new()
        {
            State = LedgerState.Intent,
            Key = key,
            Vendor = vendor,
            BaseUri = baseUri,
            Connection = connection,
            Target = request.Target,
            Subject = subject?.Name,
            User = subject?.User,
            Salt = salt,
            Digest = salt is null ? null : RequestDigest.Of(request, salt),
            CorrelationId = correlationId,
            HostName = LedgerOwner.HostName,
            ProcessId = LedgerOwner.ProcessId,
            ClaimedAt = now,
            CheckedAt = now,
            SentFrom = sent?.From,
            SentUntil = sent?.Until + Runs.TriggerAttempt.TrustedFor,
        };
    }

    /// <summary>Records a trigger without a key in the history soon; best effort.</summary>
    public void Record(LedgerEntry line) => history.Add(line);

    /// <summary>What the ledger knows of other processes' triggers of a subject.</summary>
    /// <param name="ownNames">Entries of this process's own triggers.</param>
    /// <param name="ownId">The correlation id of the trigger whose run is searched for.</param>
    public async Task<RunsElsewhere> ReadSubjectAsync(
        TriggerSubject subject,
        IReadOnlyList<string> ownNames,
        string ownId,
        CancellationToken cancellationToken
    )
    {
        await history.FlushAsync(cancellationToken).ConfigureAwait(false);
        List<LedgerEntry> inDoubt = [];
        HashSet<string> runIds = new(StringComparer.OrdinalIgnoreCase);

        // An entry in doubt may be older than the requested time.
        await foreach (var stored in store.ListSubjectAsync(subject.Name, cancellationToken).ConfigureAwait(false))
        {
            stored.Text.Check(stored.Name, Location);
            foreach (var entry in WithPrevious(stored.Content).Where(entry => IsOf(entry, subject)))
            {
                if (entry.RunId is { } runId)
                {
                    runIds.Add(runId);
                }
                else if (!ownNames.Contains(stored.Name) || entry != stored.Content)
                {
                    inDoubt.Add(entry);
                }
            }
        }

        // A trigger without a key has a line before it is sent, and another when its outcome is known.
        Dictionary<string, LedgerEntry> open = new(StringComparer.Ordinal);
        await foreach (var page in store.ReadHistoryAsync(time.GetUtcNow().UtcDateTime - KnownFor, cancellationToken).ConfigureAwait(false))
        {
            page.Later?.Check(page.Name, Location);
            foreach (var line in page.Lines.SelectMany(WithPrevious).Where(line => IsOf(line, subject)))
            {
                if (line.RunId is { } runId)
                {
                    runIds.Add(runId);
                }

                if (line.CorrelationId is { } id && id != ownId)
                {
                    _ =
                        line.IsInDoubt ? open[id] = line
                        : open.Remove(id) ? line
                        : null;
                }
            }
        }

        return new([.. inDoubt, .. open.Values], runIds);
    }

    /// <summary>The latest trigger of a subject whose run the vendor returned; null if there is none recently.</summary>
    /// <param name="subject">Null: of any.</param>
    public async Task<LedgerEntry?> LatestAsync(TriggerSubject? subject, CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow().UtcDateTime - KnownFor;
        LedgerEntry? latest = null;
        var entries = subject is null ? store.ListAsync(since, cancellationToken) : store.ListSubjectAsync(subject.Name, cancellationToken);
        await foreach (var stored in entries.ConfigureAwait(false))
        {
            Consider(stored.Content);
            if (subject is null && latest is not null)
            {
                // One recent entry is enough, and the newest comes first.
                break;
            }
        }

        await foreach (var page in store.ReadHistoryAsync(since, cancellationToken).ConfigureAwait(false))
        {
            foreach (var line in page.Lines)
            {
                Consider(line);
            }
        }

        return latest;

        void Consider(LedgerEntry? entry)
        {
            if (entry is { RunId: not null, Origin: null } && IsOf(entry, subject) && entry.ClaimedAt > (latest?.ClaimedAt ?? since))
            {
                latest = entry;
            }
        }
    }

    /// <summary>Records the status of a run that has ended, in its key's entry or in the history.</summary>
    public void Seen(PipelineRun run) =>
        history.Add(
            new LedgerEntry
            {
                Key = run.IdempotencyKey,
                Vendor = vendor,
                BaseUri = baseUri,
                Connection = connection,
                HostName = LedgerOwner.HostName,
                ProcessId = LedgerOwner.ProcessId,
            }.With(run, time.GetUtcNow().UtcDateTime)
        );

    /// <summary>Waits until what was recorded has been written.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) => history.FlushAsync(cancellationToken);

    /// <summary>Disposes of the store after everything is written.</summary>
    public void Dispose()
    {
        end.Cancel();
        _ = Task.WhenAll(history.FlushAsync(CancellationToken.None), pruning ?? Task.CompletedTask)
            .ContinueWith(_ => LetGo(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

        void LetGo()
        {
            end.Dispose();
            store.Dispose();
        }
    }

    // In the background of the first trigger with a key.
    private void PruneOnce()
    {
        var mine = new Task<Task>(PruneAsync);
        if (Interlocked.CompareExchange(ref pruning, mine.Unwrap(), null) is null)
        {
            mine.Start(TaskScheduler.Default);
        }
    }

    private async Task PruneAsync()
    {
        try
        {
            await store.PruneAsync(LedgerAge.Least, end.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is PipelineException or OperationCanceledException)
        {
            // The next process removes the rest.
        }
    }

    // The oldest first.
    private static IEnumerable<LedgerEntry> WithPrevious(LedgerEntry? entry) =>
        entry is null ? [] : [.. WithPrevious(entry.Previous), entry];

    private bool IsOf(LedgerEntry entry, TriggerSubject? subject) =>
        (subject is null ? entry.Subject is not null : entry.Subject == subject.Name)
        && entry.Vendor == vendor
        && string.Equals(entry.BaseUri, baseUri, StringComparison.OrdinalIgnoreCase);
}
