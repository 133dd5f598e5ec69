using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Once;

/// <summary>A trigger whose run is not known yet.</summary>
/// <param name="record">What is kept of it.</param>
internal sealed class PendingTrigger(TriggerCall call, ITriggerRecord record, string correlationId)
{
    public TriggerRequest Request => call.Request;

    public IOperationObserver Observer => call.Observer;

    public ITriggerRecord Record { get; } = record;

    /// <summary>Sent with the trigger where the vendor returns it with the run; the same each time it is sent.</summary>
    public string CorrelationId { get; } = correlationId;

    /// <summary>What its run is searched for among; null where there is no way to search.</summary>
    public TriggerSubject? Subject { get; set; }

    /// <summary>The name of its ledger entry; null for none.</summary>
    public string? LedgerName { get; init; }

    /// <summary>UTC by this machine's clock: the moment before its key was last confirmed; null without a key.</summary>
    public DateTime? ConfirmedAt { get; set; }

    /// <summary>By the vendor's clock: it was not sent before or after this.</summary>
    public VendorSpan Sent { get; set; }

    /// <summary>UTC by this machine's clock. When it was last sent.</summary>
    public DateTime LastSentAt { get; set; }

    /// <summary>The monotonic timestamp after which it was not sent again.</summary>
    public long SentStamp { get; set; }

    /// <summary>How long before <see cref="SentStamp"/> it was last sent, at least.</summary>
    public TimeSpan SentBefore { get; set; }
}
