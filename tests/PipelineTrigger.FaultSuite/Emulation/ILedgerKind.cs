namespace PipelineTrigger.FaultSuite.Emulation;

/// <summary>A kind of place for ledgers.</summary>
internal interface ILedgerKind
{
    /// <summary>Why there is none here; null if there is.</summary>
    Task<string?> MissingAsync(CancellationToken cancellationToken);

    /// <summary>A new one, empty.</summary>
    Task<LedgerHandle> NewAsync(CancellationToken cancellationToken);
}

/// <summary>A ledger's place, until it is disposed.</summary>
/// <param name="Place">A directory or a SAS URI, as PIPELINETRIGGER_LEDGER takes it.</param>
internal sealed record LedgerHandle(string Place, Func<ValueTask> Remove) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Remove();
}
