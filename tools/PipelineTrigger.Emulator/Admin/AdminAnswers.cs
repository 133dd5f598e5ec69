using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Admin;

internal static class AdminAnswers
{
    public static Answer Done => Answer.Text(200, "application/json", "{}");

    public static Answer NoRoute(Call call) => Error(404, $"no admin operation {call.Method} {string.Join('/', call.Path)}");

    public static Answer Error(int status, string message) => Answer.Json(status, json =>
        {
            json.WriteStartObject();
            json.WriteString("error"u8, message);
            json.WriteEndObject();
        });

    public static Answer Number(string name, int value) => Answer.Json(200, json =>
        {
            json.WriteStartObject();
            json.WriteNumber(name, value);
            json.WriteEndObject();
        });

    public static Answer DoneOrUnknown(bool isKnown) => isKnown ? Done : Error(404, "unknown id");

    /// <summary>An absent body is an empty object.</summary>
    public static T Body<T>(this Call call, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(call.Body.Length == 0 ? "{}"u8 : call.Body, type) ?? throw new JsonException("null is no setting");
}
