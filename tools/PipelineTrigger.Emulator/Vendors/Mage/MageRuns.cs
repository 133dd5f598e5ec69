using System.Text.Json;
using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Vendors.Mage;

internal static class MageRuns
{
    public static Answer Read(Call call)
    {
        if (!MageIds.TryRead(call, call.Path[^1], out var id, out var failure))
        {
            return failure;
        }
        if (Find(call, id) is not { } run)
        {
            return MageErrors.NotFound(call);
        }
        if (MageQuery.WantsBasicDetails(call))
        {
            return Single(json => json.WriteBasic(run, call.Now));
        }
        return run.Trigger is null
            ? MageErrors.Uncaught(call, "'NoneType' object has no attribute 'id'")
            : Single(json => json.WriteDetail(run, call.Now));
    }

    public static Answer Update(Call call)
    {
        if (call.Tenant.Auth.MageViewer)
        {
            return MageErrors.Forbidden(call);
        }
        if (!MageIds.TryRead(call, call.Path[^1], out var id, out var failure))
        {
            return failure;
        }
        if (Find(call, id) is not { } run)
        {
            return MageErrors.NotFound(call);
        }
        using var body = call.HasJsonBody ? JsonBytes.TryParse(call.Body) : null;
        if (
            body?.RootElement is { ValueKind: JsonValueKind.Object } root
            && root.TryGetProperty("pipeline_run", out var change)
            && change.ValueKind == JsonValueKind.Object
        )
        {
            Apply(call, run, change);
        }
        return Single(json => json.WritePlain(run, run.State(call.Now)));
    }

    public static Answer Single(Action<Utf8JsonWriter> write) => Answer.Json(200, json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("pipeline_run"u8);
            write(json);
            json.WriteNull("metadata"u8);
            json.WriteEndObject();
        });

    private static MageRun? Find(Call call, int id) => call.Tenant.Mage.Runs.FindVisible($"{id}", call.Now);

    private static void Apply(Call call, MageRun run, JsonElement change)
    {
        if (Says(change, "status", "cancelled"))
        {
            run.TryCancel(call.Now, 0);
        }
        else if (Says(change, "pipeline_run_action", "retry_blocks"))
        {
            run.Retry(call.Now);
        }
    }

    private static bool Says(JsonElement change, string name, string word) =>
        change.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.ValueEquals(word);
}
