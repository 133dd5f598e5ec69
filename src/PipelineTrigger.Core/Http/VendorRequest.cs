using System.Net.Http;

namespace PipelineTrigger.Core.Http;

/// <summary>What may be done with a request whose answer did not come.</summary>
internal enum RequestKind
{
    /// <summary>Changes nothing, or nothing that a second one would change again: may be repeated.</summary>
    Repeatable,

    /// <summary>Creates a run: sent again only when it surely did not run.</summary>
    Trigger,
}

/// <summary>What an answer says about the call, apart from its status.</summary>
internal enum AnswerMeaning
{
    /// <summary>What the HTTP status says.</summary>
    ByStatus,

    /// <summary>The vendor decided against it, whatever the status: nothing ran, and a repetition would be refused alike.</summary>
    Refused,

    /// <summary>Nothing ran; it may be repeated.</summary>
    NothingRan,

    /// <summary>It may have run, whatever the status.</summary>
    Unclear,

    /// <summary>The caller's to explain, whatever the status, once it has been repeated as the status says.</summary>
    ForCaller,
}

/// <summary>One call to a vendor, before addresses and credentials are put to it.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Below the endpoint's address; starts with a slash, escaped, with its query.</param>
/// <param name="Authorization">Whose address and headers it takes.</param>
internal sealed record VendorRequest(HttpMethod Method, string Path, IAuthorization Authorization)
{
    public static HttpMethod Patch { get; } = new("PATCH");

    /// <summary>What may be done with it when no answer comes.</summary>
    public RequestKind Kind { get; init; }

    /// <summary>JSON, or null for none.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Headers of this call alone; a value may be a secret.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Headers of the answer that the caller wants to see.</summary>
    public IReadOnlyList<string> Wanted { get; init; } = [];

    /// <summary>Whether a good answer holds secrets, as a sign-in's does: then nothing of it is ever shown, least of all where it is not understood.</summary>
    public bool AnswerIsSecret { get; init; }

    /// <summary>Done right before each sending; what it throws keeps it from being sent.</summary>
    public Func<CancellationToken, Task>? BeforeSend { get; init; }

    /// <summary>What an answer means by the vendor's own rules.</summary>
    public Func<VendorAnswer, AnswerMeaning> Judge { get; init; } = static _ => AnswerMeaning.ByStatus;

    /// <summary>What a person should read of a refusing answer; null: nothing readable.</summary>
    public Func<VendorAnswer, string?> Explain { get; init; } = static _ => null;
}
