using System.Text;

namespace PipelineTrigger.Core.Http;

/// <summary>A complete answer from a vendor.</summary>
internal sealed class VendorAnswer(int statusCode, byte[] body)
{
    public static readonly IReadOnlyDictionary<string, string> NoHeaders = new Dictionary<string, string>();

    /// <summary>The HTTP status.</summary>
    public int StatusCode { get; } = statusCode;

    /// <summary>The body, which is no larger than the sender's maximum.</summary>
    public byte[] Body { get; } = body;

    /// <summary>How long the vendor asked to wait; null if it did not ask.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// How far the answer's date was ahead of this machine's clock when the answer arrived, to the second. The date may come from a proxy,
    /// and the lead was larger when the answer was created. Null if the answer has no date.
    /// </summary>
    public TimeSpan? ClockLead { get; init; }

    /// <summary>The target of a redirect.</summary>
    public Uri? Location { get; init; }

    /// <summary>The headers in <see cref="VendorRequest.Wanted"/> that the answer has.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = NoHeaders;

    /// <summary>Whether the answer may contain secrets that the redactor does not know yet.</summary>
    public bool IsSecret { get; init; }

    public bool IsSuccess => StatusCode is >= 200 and < 300;

    public bool IsRedirect => StatusCode is >= 300 and < 400;

    /// <summary>The first 16 KiB of the body as text, to show it; not for parsing.</summary>
    public string Text => Encoding.UTF8.GetString(Body, 0, Math.Min(Body.Length, 16 * 1024));
}
