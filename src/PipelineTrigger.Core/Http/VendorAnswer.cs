using System.Text;

namespace PipelineTrigger.Core.Http;

/// <summary>A whole answer.</summary>
internal sealed class VendorAnswer(int statusCode, byte[] body)
{
    public static readonly IReadOnlyDictionary<string, string> NoHeaders = new Dictionary<string, string>();

    /// <summary>The HTTP status.</summary>
    public int StatusCode { get; } = statusCode;

    /// <summary>What came, at most the sender's cap.</summary>
    public byte[] Body { get; } = body;

    /// <summary>What the vendor asked us to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How far the clock that dated the answer was ahead when it came in: the vendor's, or a proxy's; to a second, and less than it was when the answer was made. Null where it is not dated.</summary>
    public TimeSpan? ClockLead { get; init; }

    /// <summary>Where a redirect points.</summary>
    public Uri? Location { get; init; }

    /// <summary>Of the headers that the request wanted, those that came.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = NoHeaders;

    /// <summary>Whether it may hold secrets that are not known yet.</summary>
    public bool IsSecret { get; init; }

    public bool IsSuccess => StatusCode is >= 200 and < 300;

    public bool IsRedirect => StatusCode is >= 300 and < 400;

    /// <summary>The body as text, at most its first 16 KiB: for looking, not for parsing.</summary>
    public string Text => Encoding.UTF8.GetString(Body, 0, Math.Min(Body.Length, 16 * 1024));
}
