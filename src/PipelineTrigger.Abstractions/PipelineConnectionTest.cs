namespace PipelineTrigger;

/// <summary>What a test of a connection proved, and what it could not.</summary>
public sealed class PipelineConnectionTest
{
    /// <summary>The connection's name.</summary>
    public string Connection { get; internal set; } = "";

    /// <summary>One of the constants of <see cref="PipelineVendor"/>.</summary>
    public string Vendor { get; internal set; } = "";

    /// <summary>The address that was asked.</summary>
    public string BaseUri { get; internal set; } = "";

    /// <summary>Whether the vendor answered as that vendor.</summary>
    public bool Reachable { get; internal set; }

    /// <summary>Whether the credential was accepted; null: the vendor has no call that proves it without a run.</summary>
    public bool? Authenticated { get; internal set; }

    /// <summary>True only if everything a run needs was proven.</summary>
    public bool Succeeded => ErrorId is null && Reachable && Authenticated == true;

    /// <summary>The error id of what went wrong, one of the constants of <see cref="PipelineErrorId"/>; null if nothing did.</summary>
    public string? ErrorId { get; internal set; }

    /// <summary>What was and was not proven, in words.</summary>
    public string Message { get; internal set; } = "";
}
