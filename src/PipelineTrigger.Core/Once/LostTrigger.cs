using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Once;

/// <summary>All that the search for another trigger's run needs to know of a trigger whose answer was lost.</summary>
/// <param name="LedgerName">The name of its ledger entry; null for none.</param>
/// <param name="User">Who triggered it, by the vendor's id; null where that is not known.</param>
/// <param name="Sent">By the vendor's clock: it was not sent before or after this.</param>
/// <param name="LastSentAt">UTC by this machine's clock.</param>
internal sealed record LostTrigger(string CorrelationId, string? LedgerName, string? User, VendorSpan Sent, DateTime LastSentAt)
{
    public static LostTrigger Of(PendingTrigger trigger) =>
        new(trigger.CorrelationId, trigger.LedgerName, trigger.Subject?.User, trigger.Sent, trigger.LastSentAt);

    /// <summary>One of another process.</summary>
    public static LostTrigger Of(LedgerEntry entry) =>
        new(entry.CorrelationId ?? "", null, entry.User, RunSearch.SentOf(entry), entry.CheckedAt);
}
