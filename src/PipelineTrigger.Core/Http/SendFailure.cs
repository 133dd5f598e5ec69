namespace PipelineTrigger.Core.Http;

/// <summary>Why an attempt gave no whole answer.</summary>
internal enum SendFailureKind
{
    /// <summary>Nothing of the request was sent: it surely did not run.</summary>
    NotSent,

    /// <summary>It may have arrived, and no whole answer came back.</summary>
    NoAnswer,

    /// <summary>An answer came that is larger than is read.</summary>
    TooLarge,
}

/// <summary>An attempt that gave no whole answer. Never leaves the sender.</summary>
internal sealed class SendFailure(SendFailureKind kind, string reason, bool isLasting = false) : Exception(reason)
{
    public SendFailureKind Kind { get; } = kind;

    /// <summary>Whether a repetition would surely fail alike (a certificate that is not trusted).</summary>
    public bool IsLasting { get; } = isLasting;
}
