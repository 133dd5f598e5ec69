using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Core.Http;

/// <summary>Reads answers as JSON of a known shape.</summary>
internal static class JsonAnswer
{
    /// <summary>The answer in its shape; null if it is not JSON, or JSON of another shape.</summary>
    public static T? TryRead<T>(VendorAnswer answer, JsonTypeInfo<T> shape)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body, shape);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether a list is one throughout: JSON may hold null wherever a row is expected.</summary>
    public static bool IsWhole<T>(IReadOnlyList<T>? rows)
        where T : class => rows?.All(static row => row is not null) != false;

    /// <summary>What an object has under a name; null for nothing, and for no object.</summary>
    public static JsonElement? Property(JsonElement? element, string name)
    {
        try
        {
            return element is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var value) ? value : null;
        }
        catch (InvalidOperationException)
        {
            // A name beside it holds half a character, which no text of ours can.
            return null;
        }
    }

    /// <summary>The text that stands there; null where none does, or one with half a character in it.</summary>
    public static string? Text(JsonElement? element)
    {
        try
        {
            return element is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The start of an answer that was not understood, for people; nothing of one that may hold secrets.</summary>
    public static string Describe(VendorAnswer answer, Redactor redactor) =>
        answer.IsSecret ? $"HTTP {answer.StatusCode}, not shown because it may hold secrets"
        : redactor.Clean(answer.Text, 120) is { } text ? $"HTTP {answer.StatusCode}, beginning with: {text}"
        : $"HTTP {answer.StatusCode} with an empty body";
}

/// <summary>An id that may be written as a string or as a number.</summary>
internal sealed class TextOrNumberConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Number => JsonElement.ParseValue(ref reader).GetRawText(),
            _ => throw new JsonException(),
        };

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary>A code that is text; whatever else stands there is none.</summary>
internal sealed class TextOrNothingConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString();
        }

        reader.Skip();
        return null;
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary>Text for people; whatever else stands there is taken as its JSON text.</summary>
internal sealed class AnyTextConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString() : JsonElement.ParseValue(ref reader).GetRawText();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
