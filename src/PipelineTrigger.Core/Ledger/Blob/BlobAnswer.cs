using System.Globalization;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Ledger.Blob;

/// <summary>How a call to a blob ended.</summary>
internal enum BlobOutcome
{
    Done,

    /// <summary>There is no such blob.</summary>
    Missing,

    /// <summary>The blob's state does not allow it: it is there already, has changed, or is leased to another.</summary>
    Refused,
}

/// <summary>What the service said of a blob.</summary>
internal sealed class BlobAnswer(BlobOutcome outcome, VendorAnswer answer)
{
    public const string ETagHeader = "ETag";
    public const string ErrorCodeHeader = "x-ms-error-code";
    public const string LastModifiedHeader = "Last-Modified";
    public const string LeaseStateHeader = "x-ms-lease-state";
    public const string RequestIdHeader = "x-ms-request-id";

    public BlobOutcome Outcome { get; } = outcome;

    public bool IsDone => Outcome == BlobOutcome.Done;

    public byte[] Body => answer.Body;

    public string? ETag => Header(ETagHeader);

    /// <summary>UTC by this machine's clock, to some seconds; null where it was not told.</summary>
    public DateTime? ChangedAt => ParseTime(Header(LastModifiedHeader)) - ClockLead;

    /// <summary>How far the service's clock is ahead of ours.</summary>
    public TimeSpan ClockLead => answer.ClockLead.GetValueOrDefault();

    /// <summary>Whether the blob is leased.</summary>
    public bool IsLeased => Header(LeaseStateHeader) is "leased" or "breaking";

    public static DateTime? ParseTime(string? text) =>
        DateTimeOffset.TryParseExact(text, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.UtcDateTime
            : null;

    private string? Header(string name) => answer.Headers.TryGetValue(name, out var value) ? value : null;
}
