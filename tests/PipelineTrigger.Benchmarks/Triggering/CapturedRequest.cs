using System.Globalization;
using System.Text;

namespace PipelineTrigger.Benchmarks.Triggering;

/// <summary>One HTTP/1.1 request as it stood on the wire.</summary>
/// <param name="Target">Path and query.</param>
internal sealed record CapturedRequest(string Method, string Target, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body)
{
    /// <summary>The last of the requests that follow each other in these bytes.</summary>
    public static CapturedRequest LastOf(ReadOnlySpan<byte> sent)
    {
        CapturedRequest? last = null;
        while (!sent.IsEmpty)
        {
            var end = sent.IndexOf("\r\n\r\n"u8);
            var lines = Encoding.ASCII.GetString(sent[..end]).Split("\r\n");
            var headers = lines
                .Skip(1)
                .Select(line =>
                    KeyValuePair.Create(
                        line[..line.IndexOf(':', StringComparison.Ordinal)],
                        line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
                    )
                )
                .ToList();
            var length = int.Parse(headers.Find(h => h.Key == "Content-Length").Value ?? "0", CultureInfo.InvariantCulture);
            var words = lines[0].Split(' ');
            sent = sent[(end + 4)..];
            last = new(words[0], words[1], headers, sent[..length].ToArray());
            sent = sent[length..];
        }

        return last ?? throw new InvalidOperationException("Nothing was sent.");
    }

    /// <summary>What a client would have to add to the address and the body.</summary>
    public IEnumerable<KeyValuePair<string, string>> OwnHeaders =>
        Headers.Where(h => h.Key is not ("Host" or "Content-Length" or "Content-Type"));

    public string ContentType => Headers.Single(h => h.Key == "Content-Type").Value;

    /// <summary>Whether the other has the same bytes.</summary>
    public bool SameAs(CapturedRequest other) =>
        Method == other.Method && Target == other.Target && Headers.SequenceEqual(other.Headers) && Body.AsSpan().SequenceEqual(other.Body);
}
