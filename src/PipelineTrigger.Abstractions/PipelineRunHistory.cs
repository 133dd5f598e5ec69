namespace PipelineTrigger;

/// <summary>
/// What the run ledger tells of one trigger: when, by whom, with which key, and how its run stood when it was last seen. Flat, so that it survives
/// CLIXML, jobs and JSON text; binds to the cmdlets that take a run. No secret and no value of a request is ever in it.
/// </summary>
public sealed class PipelineRunHistory
{
    /// <summary>The idempotency key; null for a trigger without one, and where the entry is damaged.</summary>
    public string? IdempotencyKey
    {
        get;
        internal set => field = SafeText.Keep(value);
    }

    /// <summary><c>Settled</c>: its run is known. <c>InProgress</c>: it is being triggered at this moment. <c>InDoubt</c>: whether a run was created is not known. <c>Damaged</c>: in doubt, and the entry was cut off. <c>Unreadable</c>: the entry is of a later version of this module, or of something else; see the message.</summary>
    public string State { get; internal set; } = "";

    /// <summary>Whether the key is blocked until somebody finds out.</summary>
    public bool InDoubt => State is "InDoubt" or "Damaged" or "Unreadable";

    /// <summary>UTC, by the clock of the machine that triggered.</summary>
    public DateTime? TriggeredAt { get; internal set; }

    /// <summary>The machine that triggered.</summary>
    public string? HostName
    {
        get;
        internal set => field = SafeText.Clean(value, SafeText.MessageLength);
    }

    /// <summary>The process there.</summary>
    public int ProcessId { get; internal set; }

    /// <summary>The name of the connection there.</summary>
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

    /// <summary>Where the run lives.</summary>
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

    /// <summary>The vendor's id of the run; null where it is not known.</summary>
    public string? RunId
    {
        get;
        internal set => field = SafeText.Keep(value);
    }

    /// <summary>The pipeline's name, where the vendor told it.</summary>
    public string? Pipeline
    {
        get;
        internal set => field = SafeText.Clean(value, SafeText.MessageLength);
    }

    /// <summary>One of the constants of <see cref="PipelineRunStatus"/>, as last seen; null where there is no run.</summary>
    public string? Status
    {
        get;
        internal set => field = SafeText.Clean(value, SafeText.MessageLength);
    }

    /// <summary>The vendor's own word for the status.</summary>
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

    /// <summary>UTC. When the run was last seen.</summary>
    public DateTime? SeenAt { get; internal set; }

    /// <summary>How the run became known, where the vendor did not tell it in answer to the trigger.</summary>
    public string? Origin
    {
        get;
        internal set => field = SafeText.Clean(value, SafeText.MessageLength);
    }

    /// <summary>The ledger that tells it.</summary>
    public string Ledger
    {
        get;
        internal set => field = SafeText.Keep(value)!;
    } = "";

    /// <summary>Where in the ledger it stands: an object of the client core, which this assembly does not know.</summary>
    internal object? Place { get; set; }

    /// <summary>Target, state and key in a line.</summary>
    public override string ToString() =>
        $"{Target ?? "unreadable entry"} ({State}{(IdempotencyKey is null ? "" : $", key {IdempotencyKey}")})";
}
