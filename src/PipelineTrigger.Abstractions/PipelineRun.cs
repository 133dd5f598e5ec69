namespace PipelineTrigger;

/// <summary>
/// One run of a pipeline as it stood when it was last looked at. Flat, so that it survives CLIXML, jobs, remoting and JSON text,
/// and binds again in another process. No secret is ever in it.
/// </summary>
public sealed class PipelineRun
{
    /// <summary>The vendor's id of the run, as text: Prophecy's runId, Mage's number, Supaflow's job UUID.</summary>
    public string RunId { get; internal set; } = "";

    /// <summary>One of the constants of <see cref="PipelineVendor"/>.</summary>
    public string Vendor
    {
        get;
        internal set => field = SafeText.Clean(value, SafeText.MessageLength) ?? "";
    } = "";

    /// <summary>The name of the connection it was triggered or read through.</summary>
    public string? Connection
    {
        get;
        internal set => field = SafeText.Keep(value);
    }

    /// <summary>The base URI of that connection: where the run lives if the name means nothing here.</summary>
    public string? BaseUri
    {
        get;
        internal set => field = SafeText.Keep(value);
    }

    /// <summary>What ran: the pipeline's name where the vendor tells it, else what it was triggered by.</summary>
    public string? Pipeline
    {
        get;
        internal set => field = SafeText.Clean(value, SafeText.MessageLength);
    }

    /// <summary>One of the constants of <see cref="PipelineRunStatus"/>.</summary>
    public string Status
    {
        get;
        internal set => field = SafeText.Clean(value, SafeText.MessageLength) ?? "";
    } = PipelineRunStatus.Unknown;

    /// <summary>The vendor's own word for the status.</summary>
    public string? VendorStatus
    {
        get;
        internal set => field = SafeText.Clean(value, SafeText.MessageLength);
    }

    /// <summary>What the vendor says about it: the reason of a failure, mostly. One line, safe to print.</summary>
    public string? Message
    {
        get;
        internal set => field = SafeText.Clean(value, SafeText.MessageLength);
    }

    /// <summary>UTC. When the run was created; the time of the trigger where the vendor has not told yet.</summary>
    public DateTime? CreatedAt { get; internal set; }

    /// <summary>UTC. When the work began.</summary>
    public DateTime? StartedAt { get; internal set; }

    /// <summary>UTC. When it ended; null while it goes on.</summary>
    public DateTime? FinishedAt { get; internal set; }

    /// <summary>UTC. When the vendor last touched its record of the run.</summary>
    public DateTime? UpdatedAt { get; internal set; }

    /// <summary>From the start of the work (or the creation, where no start is known) to the end; null while it goes on.</summary>
    public TimeSpan? Duration => FinishedAt - (StartedAt ?? CreatedAt) is { } span ? (span < TimeSpan.Zero ? TimeSpan.Zero : span) : null;

    /// <summary>Whether it has ended for good.</summary>
    public bool IsFinished => PipelineRunStatus.IsFinal(Status);

    /// <summary>Whether it has ended well, with or without warnings.</summary>
    public bool Succeeded => PipelineRunStatus.IsSuccess(Status);

    /// <summary>0 when it ended well, 1 when it ended otherwise, null while it goes on.</summary>
    public int? ExitCode =>
        !IsFinished ? null
        : Succeeded ? 0
        : 1;

    /// <summary>The vendor's page of the run, where one is known.</summary>
    public string? Url
    {
        get;
        internal set => field = SafeText.Keep(value);
    }

    /// <summary>The idempotency key it was triggered with, if any.</summary>
    public string? IdempotencyKey
    {
        get;
        internal set => field = SafeText.Keep(value);
    }

    /// <summary>The vendor's extras, flat text by name.</summary>
    public Dictionary<string, string> Details { get; internal set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>An independent copy.</summary>
    internal PipelineRun Copy()
    {
        var copy = (PipelineRun)MemberwiseClone();
        copy.Details = new(Details, StringComparer.OrdinalIgnoreCase);
        return copy;
    }

    /// <summary>Vendor, id and status in a line.</summary>
    public override string ToString() => $"{Vendor} run {RunId} ({Status})";
}
