using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Ledger;

/// <summary>How long a ledger keeps what it does not need.</summary>
internal static class LedgerAge
{
    /// <summary>How many of a kind are removed at once.</summary>
    public const int MostAtOnce = 100;

    /// <summary>The minimum, however short a key's window is, because a later command may use a longer one.</summary>
    public static TimeSpan Least { get; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Whether an entry that was last written that long ago no longer stands for its run. An entry in doubt or unreadable is never over.
    /// </summary>
    public static bool IsOver(LedgerEntry? entry, TimeSpan age) =>
        entry is { IsInDoubt: false } && age.TotalDays > (entry.WindowDays ?? Runs.IdempotencyOptions.LongestWindow.TotalDays);
}
