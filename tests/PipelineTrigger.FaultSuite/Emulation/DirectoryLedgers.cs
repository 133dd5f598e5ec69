namespace PipelineTrigger.FaultSuite.Emulation;

/// <summary>Ledgers in new directories; where PIPELINETRIGGER_LEDGER names one, below that: a file share, say.</summary>
internal sealed class DirectoryLedgers : ILedgerKind
{
    public Task<string?> MissingAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Task<LedgerHandle> NewAsync(CancellationToken cancellationToken)
    {
        var parent =
            Environment.GetEnvironmentVariable(LedgerChoice.Variable) is { Length: > 0 } given && !LedgerChoice.IsUri(given)
                ? given
                : Path.GetTempPath();
        var folder = Directory.CreateDirectory(Path.Combine(parent, $"PipelineTrigger-{Guid.NewGuid():N}"));
        return Task.FromResult(new LedgerHandle(folder.FullName, () =>
            {
                folder.Delete(recursive: true);
                return default;
            }));
    }
}
