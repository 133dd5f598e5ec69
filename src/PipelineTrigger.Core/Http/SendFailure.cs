namespace PipelineTrigger.Core.Http;

/// <summary>Why an attempt got no complete answer.</summary>
internal enum SendFailureKind
{
    /// <summary>Nothing was sent, so the request certainly did not run.</summary>
    NotSent,

    /// <summary>The request may have arrived, but no complete answer came back.</summary>
    NoAnswer,

    /// <summary>The answer exceeds the maximum size.</summary>
    TooLarge,
}

/// <summary>An attempt that got no complete answer. The sender always translates it.</summary>
internal sealed class SendFailure(SendFailureKind kind, string reason, bool isLasting = false) : Exception(reason)
{
    public SendFailureKind Kind { get; } = kind;

    /// <summary>Whether a retry would certainly fail in the same way, for example because the certificate is not trusted.</summary>
    public bool IsLasting { get; } = isLasting;
}
