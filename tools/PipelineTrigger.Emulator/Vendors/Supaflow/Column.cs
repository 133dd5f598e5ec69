using System.Globalization;
using System.Text.Json;

namespace PipelineTrigger.Emulator.Vendors.Supaflow;

/// <summary>A column of a table; a <see cref="ColumnType.Json"/> one reads as an action that writes it.</summary>
internal sealed record Column<TRow>(string Name, ColumnType Type, Func<TRow, object?> Read)
{
    public void WriteTo(Utf8JsonWriter json, TRow row)
    {
        json.WritePropertyName(Name);
        switch (Read(row))
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case Guid id:
                json.WriteStringValue(id);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case DateTimeOffset time:
                json.WriteStringValue(time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff+00:00", CultureInfo.InvariantCulture));
                break;
            case JsonElement element:
                element.WriteTo(json);
                break;
            case Action<Utf8JsonWriter> write:
                write(json);
                break;
        }
    }

    /// <summary>A filter's value as the column's own type.</summary>
    public IComparable Parse(string text)
    {
        switch (Type)
        {
            case ColumnType.Uuid:
                return Guid.TryParse(text, out var id) ? id : throw Invalid("22P02", "uuid", text);
            case ColumnType.Integer:
                return long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : throw Invalid("22P02", "bigint", text);
            case ColumnType.Timestamp:
                return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                    ? time
                    : throw Invalid("22007", "timestamp with time zone", text);
            default:
                return text;
        }
    }

    private static PostgrestException Invalid(string code, string type, string text) =>
        new(400, code, $"invalid input syntax for type {type}: \"{text}\"");
}
