using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Core.Runs;

/// <summary>Converts plain values (see <see cref="TriggerFields"/>) from and to JSON.</summary>
internal static class JsonPlain
{
    // The text is not embedded in HTML, so characters such as é are not escaped.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The plain value of a JSON element; numbers keep their digits.</summary>
    public static object? Of(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => element
                .EnumerateObject()
                .Aggregate(new Dictionary<string, object?>(StringComparer.Ordinal), static (map, property) =>
                {
                    map[property.Name] = Of(property.Value);
                    return map;
                }),
            JsonValueKind.Array => element.EnumerateArray().Select(Of).ToList(),
            JsonValueKind.String => element.GetString(),
            JsonValueKind.Number => new JsonNumber(element.GetRawText()),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };

    /// <summary>The value as compact JSON text.</summary>
    public static string Text(object? value)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            Write(writer, value);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    public static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case JsonNumber number:
                writer.WriteRawValue(number.Digits);
                break;
            case double d when double.IsNaN(d) || double.IsInfinity(d):
            case float f when float.IsNaN(f) || float.IsInfinity(f):
                throw TriggerFields.Invalid("NaN and infinity cannot be sent because JSON has no such numbers.");
            case sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal or BigInteger:
                writer.WriteRawValue(PlainText.Of(value));
                break;
            case IReadOnlyDictionary<string, object?> map:
                writer.WriteStartObject();
                foreach (var pair in map)
                {
                    writer.WritePropertyName(pair.Key);
                    Write(writer, pair.Value);
                }

                writer.WriteEndObject();
                break;
            case IReadOnlyList<object?> list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                writer.WriteStringValue(PlainText.Of(value));
                break;
        }
    }
}

/// <summary>A JSON number with its original digits.</summary>
internal sealed record JsonNumber(string Digits)
{
    public override string ToString() => Digits;
}
