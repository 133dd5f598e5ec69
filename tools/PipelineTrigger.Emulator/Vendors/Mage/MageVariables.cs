using System.Text.Json;
using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Vendors.Mage;

internal static class MageVariables
{
    public static byte[] WithPartition(JsonElement variables, int triggerId, DateTimeOffset now) =>
        JsonBytes.Write(json =>
        {
            json.WriteStartObject();
            if (variables.ValueKind == JsonValueKind.Object)
            {
                WriteAllBut(json, variables, "execution_partition");
            }
            json.WriteString("execution_partition"u8, $"{triggerId}/{MageTime.Partition(now)}");
            json.WriteEndObject();
        });

    /// <summary>The token form keeps what stands beside the wrapper.</summary>
    public static byte[] Events(JsonElement body) =>
        JsonBytes.Write(json =>
        {
            json.WriteStartObject();
            WriteAllBut(json, body, "pipeline_run");
            json.WriteEndObject();
        });

    private static void WriteAllBut(Utf8JsonWriter json, JsonElement source, string name)
    {
        foreach (var property in source.EnumerateObject().Where(p => !p.NameEquals(name)))
        {
            property.WriteTo(json);
        }
    }
}
