namespace PipelineTrigger;

/// <summary>
/// One trigger as the run ledger recorded it: when, by whom, with which key, and the last known status of its run. The object is flat, so
/// that it survives CLIXML, jobs and JSON, and it binds to the cmdlets that take a run. It never holds a secret or a value of a request.
/// </summary>
public sealed class PipelineRunHistory
{
    /// <summary>The idempotency key; null for a trigger without a key, or if the entry is damaged.</summary>
    public string? IdempotencyKey
    {
        get;
        internal set => field = SafeText.Keep(value);
    }

    /// <summary>
    /// <c>Settled</c>: the run is known. <c>InProgress</c>: the trigger is being sent. <c>InDoubt</c>: it is not known whether a run was
    /// created. <c>Damaged</c>: in doubt, and the entry is incomplete. <c>Unreadable</c>: the entry was written by a later version of this
    /// module or by another program; see the message.
    /// </summary>
    public string State { get; internal set; } = "";

    /// <summary>Whether the key is blocked until it is known whether a run was created.</summary>
    public bool InDoubt => State is "InDoubt" or "Damaged" or "Unreadable";

    /// <summary>When the trigger was sent (UTC), by the clock of the machine that sent it.</summary>
    public DateTime? TriggeredAt { get; internal set; }

    /// <summary>The machine that sent the trigger.</summary>
    public string? HostName
    {
        get;
        internal set => field = SafeText.Clean(value, SafeText.MessageLength);
    }

    /// <summary>The id of the process that sent the trigger.</summary>
    public int ProcessId { get; internal set; }

    /// <summary>The name of the connection on that machine.</summary>
    public string? Connection
    {
        get;
        internal set => field = SafeText.Keep(value);
    }

    /// <summary>One of the constants of <see cref="PipelineVendor"/>.</summary>
    public string? Vendor
    {
        get;
        internal set => field = SafeText.Clean(value, SafeText.MessageLength);
    }

    /// <summary>The base URI of the connection.</summary>
    public string? BaseUri
    {
        get;
        internal set => field = SafeText.Keep(value);
    }

    /// <summary>What was triggered.</summary>
    public string? Target
    {
        get;
        internal set => field = SafeText.Clean(value, SafeText.MessageLength);
    }

    /// <summary>The vendor's id of the run; null if it is not known.</summary>
    public string? RunId
    {
        get;
        internal set => field = SafeText.Keep(value);
    }

    /// <summary>The pipeline's name, if the vendor reported it.</summary>
    public string? Pipeline
    {
        get;
        internal set => field = SafeText.Clean(value, SafeText.MessageLength);
    }

    /// <summary>The last known status, one of the constants of <see cref="PipelineRunStatus"/>; null if no run is known.</summary>
    public string? Status
    {
        get;
        internal set => field = SafeText.Clean(value, SafeText.MessageLength);
    }

    /// <summary>The status in the vendor's own words.</summary>
    public string? VendorStatus
    {
        get;
        internal set => field = SafeText.Clean(value, SafeText.MessageLength);
    }

    /// <summary>What the vendor said about the run, or why it is in doubt.</summary>
    public string? Message
    {
        get;
        internal set => field = SafeText.Clean(value, SafeText.MessageLength);
    }

    /// <summary>The vendor's page of the run.</summary>
    public string? Url
    {
        get;
        internal set => field = SafeText.Keep(value);
    }

    /// <summary>When the run's status was last read (UTC).</summary>
    public DateTime? SeenAt { get; internal set; }

    /// <summary>How the run was found, if the vendor's answer to the trigger did not name it.</summary>
    public string? Origin
    {
        get;
        internal set => field = SafeText.Clean(value, SafeText.MessageLength);
    }

    /// <summary>The ledger that holds the entry.</summary>
    public string Ledger
    {
        get;
        internal set => field = SafeText.Keep(value)!;
    } = "";

    /// <summary>The entry's position in the ledger. Its type belongs to the client core, which this assembly does not reference.</summary>
    internal object? Place { get; set; }

    /// <summary>The target, the state and the key.</summary>
    public override string ToString()
    {
        var key = IdempotencyKey is null ? "" : $", key {IdempotencyKey}";
        return $"{Target ?? "unreadable entry"} ({State}{key})";
    }
}
