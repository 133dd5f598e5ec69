using System.Text.Json;

namespace PipelineTrigger.Emulator.Vendors.Prophecy;

internal sealed record ProphecyTrigger(long FabricId, string ProjectId, string PipelineName, JsonElement Parameters)
{
    private static readonly string[] OptionalTexts = ["branch", "version", "processName"];

    /// <summary>Null with the reason when a field is missing or of another type.</summary>
    public static ProphecyTrigger? Parse(JsonElement body, out string reason)
    {
        reason = "";
        if (body.ValueKind != JsonValueKind.Object)
        {
            reason = "obj: error.expected.jsobject";
            return null;
        }
        if (
            !TryText(body, "pipelineName", out var pipeline, ref reason)
            || !TryText(body, "projectId", out var project, ref reason)
            || !TryFabric(body, out var fabric, ref reason)
            || !TryParameters(body, out var parameters, ref reason)
        )
        {
            return null;
        }
        foreach (var name in OptionalTexts)
        {
            if (Optional(body, name) is { } value && value.ValueKind != JsonValueKind.String)
            {
                reason = $"obj.{name}: error.expected.jsstring";
                return null;
            }
        }
        return new(fabric, project, pipeline, parameters);
    }

    private static bool TryText(JsonElement body, string name, out string text, ref string reason)
    {
        var value = Optional(body, name);
        text = value is { ValueKind: JsonValueKind.String } ? value.Value.GetString()! : "";
        reason = value is null ? $"obj.{name}: error.path.missing" : $"obj.{name}: error.expected.jsstring";
        return value is { ValueKind: JsonValueKind.String };
    }

    private static bool TryFabric(JsonElement body, out long fabric, ref string reason)
    {
        fabric = 0;
        var value = Optional(body, "fabricId");
        reason = value is null ? "obj.fabricId: error.path.missing" : "obj.fabricId: error.expected.jsnumber";
        return value is { ValueKind: JsonValueKind.Number } && value.Value.TryGetInt64(out fabric);
    }

    private static bool TryParameters(JsonElement body, out JsonElement parameters, ref string reason)
    {
        parameters = Optional(body, "parameters") ?? default;
        if (parameters.ValueKind == JsonValueKind.Undefined)
        {
            return true;
        }
        if (parameters.ValueKind != JsonValueKind.Object)
        {
            reason = "obj.parameters: error.expected.jsobject";
            return false;
        }
        foreach (var parameter in parameters.EnumerateObject())
        {
            if (parameter.Value.ValueKind != JsonValueKind.String)
            {
                reason = $"obj.parameters.{parameter.Name}: error.expected.jsstring";
                return false;
            }
        }
        return true;
    }

    private static JsonElement? Optional(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
