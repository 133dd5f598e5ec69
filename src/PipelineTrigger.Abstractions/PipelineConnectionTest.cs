namespace PipelineTrigger;

/// <summary>The result of a connection test.</summary>
public sealed class PipelineConnectionTest
{
    /// <summary>The connection's name.</summary>
    public string Connection { get; internal set; } = "";

    /// <summary>One of the constants of <see cref="PipelineVendor"/>.</summary>
    public string Vendor { get; internal set; } = "";

    /// <summary>The address that was tested.</summary>
    public string BaseUri { get; internal set; } = "";

    /// <summary>Whether the expected vendor answered.</summary>
    public bool Reachable { get; internal set; }

    /// <summary>Whether the credential was accepted. Null if the vendor cannot verify it without starting a run.</summary>
    public bool? Authenticated { get; internal set; }

    /// <summary>True only if the vendor answered and accepted the credential.</summary>
    public bool Succeeded => ErrorId is null && Reachable && Authenticated == true;

    /// <summary>One of the constants of <see cref="PipelineErrorId"/>; null if the test did not fail.</summary>
    public string? ErrorId { get; internal set; }

    /// <summary>A description of what was verified and what was not.</summary>
    public string Message { get; internal set; } = "";
}
