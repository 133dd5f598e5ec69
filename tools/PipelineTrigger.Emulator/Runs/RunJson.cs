using System.Text.Json;
using System.Text.Json.Nodes;
using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Runs;

internal static class RunJson
{
    /// <summary>Writes a run as its vendor does, except for the columns that were made to say something else.</summary>
    public static void WriteRun<TRun>(this Utf8JsonWriter json, TRun run, Action<Utf8JsonWriter, TRun> write)
        where TRun : Run
    {
        if (run.Columns is not { } columns)
        {
            write(json, run);
            return;
        }
        var node = JsonNode.Parse(JsonBytes.Write(w => write(w, run)))!.AsObject();
        foreach (var (name, value) in columns)
        {
            if (node.ContainsKey(name))
            {
                node[name] = JsonNode.Parse(value.GetRawText());
            }
        }
        node.WriteTo(json);
    }
}
