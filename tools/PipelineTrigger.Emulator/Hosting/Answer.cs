using System.Text;
using System.Text.Json;

namespace PipelineTrigger.Emulator.Hosting;

internal sealed record Answer(int Status, string? ContentType, ReadOnlyMemory<byte> Body)
{
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    public static Answer Empty(int status) => new(status, null, default);

    public static Answer Text(int status, string contentType, string body) => new(status, contentType, Encoding.UTF8.GetBytes(body));

    public static Answer Json(int status, Action<Utf8JsonWriter> write, string contentType = "application/json") =>
        new(status, contentType, JsonBytes.Write(write));
}
