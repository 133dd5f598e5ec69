using System.Globalization;
using System.Text;

namespace PipelineTrigger.Emulator.Proxying;

/// <summary>The first line and the headers of an HTTP/1.1 message, as they came.</summary>
internal sealed class MessageHead
{
    private readonly string[] startLine;
    private readonly string[] headers;

    public MessageHead(byte[] raw)
    {
        Raw = raw;
        var lines = Encoding.Latin1.GetString(raw).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        startLine = lines[0].Split(' ');
        headers = lines[1..];
    }

    public byte[] Raw { get; }

    public string Method => startLine[0];

    public string Target => startLine[1];

    public int Status => int.Parse(startLine[1], CultureInfo.InvariantCulture);

    public bool IsChunked => Header("Transfer-Encoding")?.Contains("chunked", StringComparison.OrdinalIgnoreCase) == true;

    public long? ContentLength => long.TryParse(Header("Content-Length"), CultureInfo.InvariantCulture, out var length) ? length : null;

    public bool ExpectsContinue => Header("Expect")?.Equals("100-continue", StringComparison.OrdinalIgnoreCase) == true;

    public bool ClosesConnection => Header("Connection")?.Contains("close", StringComparison.OrdinalIgnoreCase) == true;

    private string? Header(string name) =>
        headers
            .Where(h => h.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            .Select(h => h[(name.Length + 1)..].Trim())
            .FirstOrDefault();
}
