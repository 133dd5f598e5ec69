using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Ledger;

/// <summary>How long a ledger keeps what it does not need.</summary>
internal static class LedgerAge
{
    /// <summary>How many of a kind are taken away at once.</summary>
    public const int MostAtOnce = 100;

    /// <summary>However short a key's window: a later command may give a longer one.</summary>
    public static TimeSpan Least { get; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Whether an entry that was last written so long ago stands for its run no more. One that is in doubt, or cannot be read, never gets
    /// so old.
    /// </summary>
    public static bool IsOver(LedgerEntry? entry, TimeSpan age) =>
        entry is { IsInDoubt: false } && age.TotalDays > (entry.WindowDays ?? Runs.IdempotencyOptions.LongestWindow.TotalDays);
}
