namespace PipelineTrigger;

/// <summary>
/// One run of a pipeline, as it was when it was last read. The object is flat, so that it survives CLIXML, jobs, remoting and JSON,
/// and binds again in another process. It never holds a secret.
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

    /// <summary>The base URI of that connection, which identifies the vendor where the connection's name is not known.</summary>
    public string? BaseUri
    {
        get;
        internal set => field = SafeText.Keep(value);
    }

    /// <summary>The pipeline's name if the vendor reports it, else the name or id that was triggered.</summary>
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

    /// <summary>The status in the vendor's own words.</summary>
    public string? VendorStatus
    {
        get;
        internal set => field = SafeText.Clean(value, SafeText.MessageLength);
    }

    /// <summary>The vendor's message, such as the reason for a failure. One line that is safe to print.</summary>
    public string? Message
    {
        get;
        internal set => field = SafeText.Clean(value, SafeText.MessageLength);
    }

    /// <summary>When the run was created (UTC); the time of the trigger until the vendor reports it.</summary>
    public DateTime? CreatedAt { get; internal set; }

    /// <summary>When the run started (UTC).</summary>
    public DateTime? StartedAt { get; internal set; }

    /// <summary>When the run ended (UTC); null until then.</summary>
    public DateTime? FinishedAt { get; internal set; }

    /// <summary>When the vendor last updated its record of the run (UTC).</summary>
    public DateTime? UpdatedAt { get; internal set; }

    /// <summary>The time from the start (or the creation, if no start is known) to the end; null until the run ends.</summary>
    public TimeSpan? Duration => FinishedAt - (StartedAt ?? CreatedAt) is { } span ? (span < TimeSpan.Zero ? TimeSpan.Zero : span) : null;

    /// <summary>Whether the run has ended.</summary>
    public bool IsFinished => PipelineRunStatus.IsFinal(Status);

    /// <summary>Whether the run ended successfully, with or without warnings.</summary>
    public bool Succeeded => PipelineRunStatus.IsSuccess(Status);

    /// <summary>0 if the run succeeded, 1 if it ended otherwise, null until it ends.</summary>
    public int? ExitCode =>
        !IsFinished ? null
        : Succeeded ? 0
        : 1;

    /// <summary>The address of the run's page at the vendor, if it is known.</summary>
    public string? Url
    {
        get;
        internal set => field = SafeText.Keep(value);
    }

    /// <summary>The idempotency key that the run was triggered with, if any.</summary>
    public string? IdempotencyKey
    {
        get;
        internal set => field = SafeText.Keep(value);
    }

    /// <summary>Additional values from the vendor, as text by name.</summary>
    public Dictionary<string, string> Details { get; internal set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>An independent copy.</summary>
    internal PipelineRun Copy()
    {
        var copy = (PipelineRun)MemberwiseClone();
        copy.Details = new(Details, StringComparer.OrdinalIgnoreCase);
        return copy;
    }

    /// <summary>The vendor, the id and the status.</summary>
    public override string ToString() => $"{Vendor} run {RunId} ({Status})";
}
