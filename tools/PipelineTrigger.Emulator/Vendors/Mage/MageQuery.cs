using System.Globalization;
using System.Text.Json;
using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Vendors.Mage;

internal static class MageQuery
{
    /// <summary>Null when the key is absent; one key holds a comma list.</summary>
    public static string[]? Values(Call call, string key) =>
        call.Query.TryGetValue(key, out var values) ? values.ToString().Split(',') : null;

    public static int Number(Call call, string key, int otherwise) =>
        int.TryParse(call.Query[key], CultureInfo.InvariantCulture, out var number) && number >= 0 ? number : otherwise;

    public static bool WantsBasicDetails(Call call) => call.Query["_format"] == "with_basic_details";

    public static Answer Page<T>(Call call, string key, T[] all, Action<Utf8JsonWriter, T> write)
    {
        var offset = Math.Min(Number(call, "_offset", 0), all.Length);
        var page = all.AsMemory(offset, Math.Min(Number(call, "_limit", int.MaxValue), all.Length - offset));
        return Page(key, page, all.Length, offset, write);
    }

    public static Answer Page<T>(string key, ReadOnlyMemory<T> page, int total, int offset, Action<Utf8JsonWriter, T> write) =>
        Answer.Json(200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray(key);
            foreach (var item in page.Span)
            {
                write(json, item);
            }
            json.WriteEndArray();
            json.WriteStartObject("metadata"u8);
            json.WriteNumber("count"u8, total);
            json.WriteBoolean("next"u8, offset + page.Length < total);
            json.WriteEndObject();
            json.WriteEndObject();
        });
}
