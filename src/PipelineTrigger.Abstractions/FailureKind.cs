namespace PipelineTrigger;

/// <summary>Whether a failure is likely to pass.</summary>
internal enum FailureKind
{
    /// <summary>A retry would fail in the same way.</summary>
    Permanent,

    /// <summary>The vendor or the network is temporarily unavailable.</summary>
    Passing,

    /// <summary>The answer did not come from the vendor: the address may be wrong, or a gateway may have failed.</summary>
    Unusable,
}
