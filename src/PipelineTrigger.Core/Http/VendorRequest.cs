using System.Net.Http;

namespace PipelineTrigger.Core.Http;

/// <summary>Whether a request may be retried if no answer arrives.</summary>
internal enum RequestKind
{
    /// <summary>The request is idempotent and may be retried.</summary>
    Repeatable,

    /// <summary>The request creates a run, and is retried only if it certainly did not run.</summary>
    Trigger,
}

/// <summary>What an answer means by the vendor's own rules.</summary>
internal enum AnswerMeaning
{
    /// <summary>What its HTTP status means.</summary>
    ByStatus,

    /// <summary>The vendor rejected the call: nothing ran, and a retry would be rejected, too.</summary>
    Refused,

    /// <summary>Nothing ran, and the call may be retried.</summary>
    NothingRan,

    /// <summary>The call may have run, whatever the status.</summary>
    Unclear,

    /// <summary>The caller handles the answer, whatever the status, after the retries that the status allows.</summary>
    ForCaller,
}

/// <summary>One call to a vendor, without the address and the credentials.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path below the endpoint's address, with the query; starts with a slash and is escaped.</param>
/// <param name="Authorization">Provides the address and the credentials.</param>
internal sealed record VendorRequest(HttpMethod Method, string Path, IAuthorization Authorization)
{
    public static HttpMethod Patch { get; } = new("PATCH");

    /// <summary>Whether the request may be retried if no answer arrives.</summary>
    public RequestKind Kind { get; init; }

    /// <summary>The body in JSON; null for none.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Additional headers of this call; a value may be a secret.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The headers of the answer that the caller reads.</summary>
    public IReadOnlyList<string> Wanted { get; init; } = [];

    /// <summary>
    /// Whether a successful answer contains secrets, as that of a sign-in does; then no part of the answer is ever shown.
    /// </summary>
    public bool AnswerIsSecret { get; init; }

    /// <summary>Runs before each attempt; if it throws, the request is not sent.</summary>
    public Func<CancellationToken, Task>? BeforeSend { get; init; }

    /// <summary>Interprets an answer by the vendor's own rules.</summary>
    public Func<VendorAnswer, AnswerMeaning> Judge { get; init; } = static _ => AnswerMeaning.ByStatus;

    /// <summary>Returns the vendor's message in an answer that is not a success; null if it has none.</summary>
    public Func<VendorAnswer, string?> Explain { get; init; } = static _ => null;
}
