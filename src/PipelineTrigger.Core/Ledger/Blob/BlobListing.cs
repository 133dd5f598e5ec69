using System.Xml;
using System.Xml.Linq;

namespace PipelineTrigger.Core.Ledger.Blob;

/// <summary>A blob in a list.</summary>
/// <param name="ChangedAt">UTC by this machine's clock, to some seconds.</param>
/// <param name="Subject">What it says of the entry's subject: a <see cref="LedgerName.OfIndex"/>; null where it says nothing.</param>
internal sealed record ListedBlob(string Name, string ETag, DateTime ChangedAt, string? Subject);

/// <summary>A page of a container's list.</summary>
/// <param name="NextMarker">Where the next page begins; null after the last one.</param>
internal sealed record BlobListing(IReadOnlyList<ListedBlob> Blobs, string? NextMarker)
{
    /// <summary>The list in an answer; null if it holds none.</summary>
    public static BlobListing? Parse(BlobAnswer answer)
    {
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(answer.Body));
            var root = XDocument.Load(reader).Root!;
            if (root.Name.LocalName != "EnumerationResults" || root.Element("Blobs") is not { } blobs)
            {
                return null;
            }

            var marker = (string?)root.Element("NextMarker");
            return new(
                [.. blobs.Elements("Blob").Select(blob => Listed(blob, answer.ClockLead))],
                string.IsNullOrEmpty(marker) ? null : marker
            );
        }
        catch (Exception e) when (e is XmlException or FormatException)
        {
            return null;
        }
    }

    private static ListedBlob Listed(XElement blob, TimeSpan clockLead)
    {
        var properties = blob.Element("Properties");
        return
            (string?)blob.Element("Name") is { Length: > 0 } name
            && (string?)properties?.Element("Etag") is { } etag
            && BlobAnswer.ParseTime((string?)properties.Element("Last-Modified")) is { } changed
            ? new(name, etag, changed - clockLead, (string?)blob.Element("Metadata")?.Element(BlobClient.SubjectField))
            : throw new FormatException();
    }
}
