using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Once;

/// <summary>A trigger whose run is not known yet.</summary>
internal sealed class PendingTrigger(TriggerRequest request, string correlationId)
{
    public TriggerRequest Request { get; } = request;

    /// <summary>Goes along with the trigger, where the vendor gives it back; the same however often it is sent.</summary>
    public string CorrelationId { get; } = correlationId;

    /// <summary>What its run would be found among; null where nothing can be looked for.</summary>
    public TriggerSubject? Subject { get; set; }

    /// <summary>The name of its entry in the ledger; null for none.</summary>
    public string? LedgerName { get; init; }

    /// <summary>The moment before its key was last made sure of, by this machine's clock; null without a key.</summary>
    public DateTime? ConfirmedAt { get; set; }

    /// <summary>By the vendor's clock: before and after this it was surely not sent.</summary>
    public VendorSpan Sent { get; set; }

    /// <summary>UTC by this machine's clock. When it was last sent.</summary>
    public DateTime LastSentAt { get; set; }

    /// <summary>The monotonic timestamp from which on it was surely not sent again.</summary>
    public long SentStamp { get; set; }

    /// <summary>How long before <see cref="SentStamp"/> it was last sent, at least.</summary>
    public TimeSpan SentBefore { get; set; }
}
