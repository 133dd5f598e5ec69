using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Core.Http;

/// <summary>Reads JSON answers.</summary>
internal static class JsonAnswer
{
    /// <summary>The answer as an object; null if it is not JSON, or has another shape.</summary>
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

    /// <summary>Whether no row of the list is null, which JSON allows.</summary>
    public static bool IsWhole<T>(IReadOnlyList<T>? rows)
        where T : class => rows?.All(static row => row is not null) != false;

    /// <summary>The property of an object; null if it does not exist or the element is not an object.</summary>
    public static JsonElement? Property(JsonElement? element, string name)
    {
        try
        {
            return element is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var value) ? value : null;
        }
        catch (InvalidOperationException)
        {
            // Another property's name contains an unpaired surrogate.
            return null;
        }
    }

    /// <summary>The text of an element; null if it is not text, or contains an unpaired surrogate.</summary>
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

    /// <summary>The start of an unexpected answer, for messages; only the status of an answer that may contain secrets.</summary>
    public static string Describe(VendorAnswer answer, Redactor redactor) =>
        answer.IsSecret ? $"HTTP {answer.StatusCode}, not shown because it may contain secrets"
        : redactor.Clean(answer.Text, 120) is { } text ? $"HTTP {answer.StatusCode}, starting with: {text}"
        : $"HTTP {answer.StatusCode} with an empty body";
}

/// <summary>Reads an id that may be a string or a number.</summary>
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

/// <summary>Reads a code that is a string; any other value becomes null.</summary>
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

/// <summary>Reads text for people; any other value becomes its JSON text.</summary>
internal sealed class AnyTextConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString() : JsonElement.ParseValue(ref reader).GetRawText();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
