using System.Text.Json;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Vendors.Mage;

/// <summary>
/// The bodies of Mage's calls. The wrapper object is essential: without it, Mage silently drops the variables of a trigger and ignores a
/// cancellation.
/// </summary>
internal static class MageBodies
{
    /// <summary>The variable that carries the correlation id; if the caller sets it, the caller's value is kept.</summary>
    public const string TriggerIdVariable = "pipeline_trigger_id";

    public static byte[] Trigger(IReadOnlyDictionary<string, object?> variables, string? id) => Wrapped("pipeline_run", writer =>
        {
            writer.WriteStartObject("variables");
            foreach (var variable in variables)
            {
                writer.WritePropertyName(variable.Key);
                JsonPlain.Write(writer, variable.Value);
            }

            if (id is not null && !variables.ContainsKey(TriggerIdVariable))
            {
                writer.WriteString(TriggerIdVariable, id);
            }

            writer.WriteEndObject();
        });

    public static byte[] Cancel() => Wrapped("pipeline_run", static writer => writer.WriteString("status", MageStatus.Cancelled));

    public static byte[] SignIn(string email, string password) => Wrapped("session", writer =>
        {
            writer.WriteString("email", email);
            writer.WriteString("password", password);
        });

    private static byte[] Wrapped(string key, Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartObject(key);
            write(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
