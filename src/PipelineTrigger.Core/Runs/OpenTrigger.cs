namespace PipelineTrigger.Core.Runs;

/// <summary>A trigger whose run is not known yet. Times are UTC by this machine's clock.</summary>
internal sealed class OpenTrigger(TriggerRequest request, string id)
{
    public TriggerRequest Request { get; } = request;

    /// <summary>Goes along with the trigger, where the vendor gives it back; the same however often it is sent.</summary>
    public string Id { get; } = id;

    /// <summary>What its run would be found among; null where nothing can be looked for.</summary>
    public TriggerSubject? Subject { get; set; }

    /// <summary>The name of its entry in the ledger; null for none.</summary>
    public string? LedgerName { get; init; }

    /// <summary>The moment before its key was last made sure of; null without a key.</summary>
    public DateTime? ConfirmedAt { get; set; }

    /// <summary>Before this it was surely not sent.</summary>
    public DateTime FirstSentAt { get; set; }

    /// <summary>After this it was surely not sent.</summary>
    public DateTime LastSentAt { get; set; }
}
