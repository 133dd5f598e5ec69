using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace PipelineTrigger.Emulator.Hosting;

/// <summary>The last thousand requests; what could be a secret is taken out of the address when it is shown.</summary>
internal sealed partial class RequestLog
{
    private const int Capacity = 1000;

    private static readonly string[] VendorNames = Enum.GetNames<Vendor>();
    private static readonly string[] OperationNames = Enum.GetNames<Operation>();

    private readonly LoggedRequest?[] ring = new LoggedRequest?[Capacity];
    private long count;

    public LoggedRequest Add(HttpContext http, string target, Vendor vendor, Operation operation, int bodyLength, DateTimeOffset at)
    {
        var request = http.Request;
        var entry = new LoggedRequest
        {
            Number = Interlocked.Increment(ref count),
            At = at,
            Vendor = VendorNames[(int)vendor],
            Operation = OperationNames[(int)operation],
            Method = request.Method,
            Target = target,
            UserAgent = request.Headers.UserAgent,
            ContentType = request.ContentType,
            BodyLength = bodyLength,
            Headers = [.. request.Headers.Keys],
            Connection = http.Connection.Id,
        };
        Volatile.Write(ref ring[entry.Number % Capacity], entry);
        return entry;
    }

    public void WriteTo(Utf8JsonWriter json, IReadOnlyCollection<string> secrets)
    {
        json.WriteStartArray();
        foreach (var entry in ring.OfType<LoggedRequest>().OrderBy(e => e.Number))
        {
            json.WriteStartObject();
            json.WriteNumber("number", entry.Number);
            json.WriteString("at", entry.At);
            json.WriteString("vendor", JsonNamingPolicy.CamelCase.ConvertName(entry.Vendor));
            json.WriteString("operation", JsonNamingPolicy.CamelCase.ConvertName(entry.Operation));
            json.WriteString("method", entry.Method);
            json.WriteString("path", Redact(entry.Target, secrets));
            json.WriteString("userAgent", entry.UserAgent);
            json.WriteString("contentType", entry.ContentType);
            json.WriteNumber("bodyLength", entry.BodyLength);
            json.WriteStartArray("headers");
            foreach (var name in entry.Headers)
            {
                json.WriteStringValue(name);
            }
            json.WriteEndArray();
            json.WriteString("connection", entry.Connection);
            json.WriteNumber("status", entry.Status);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static string Redact(string target, IReadOnlyCollection<string> secrets)
    {
        target = SecretPlaces().Replace(target, "***");
        return secrets.Aggregate(target, (text, secret) => text.Replace(secret, "***", StringComparison.Ordinal));
    }

    [GeneratedRegex(
        @"(?<=/pipeline_schedules/[^/?]+/pipeline_runs/)[^/?]+|(?<=[?&](api_?key|token|oauth_token)=)[^&]+",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex SecretPlaces();
}
