using System.Text.Json;
using PipelineTrigger.Emulator.Hosting;
using PipelineTrigger.Emulator.Runs;
using PipelineTrigger.Emulator.Tenants;
using PipelineTrigger.Emulator.Vendors.Mage;

namespace PipelineTrigger.Emulator.Admin;

internal static class AdminRuns
{
    public static Answer Handle(Call call, Vendor vendor, string[] path) =>
        (call.Method, path) switch
        {
            ("GET", []) => Answer.Json(200, json => WriteAll(json, All(call.Tenant, vendor), call.Now)),
            ("POST", [] or ["bulk"]) => Create(call, vendor),
            ("GET", [var id]) => Find(call.Tenant, vendor, id) is { } run
                ? Answer.Json(200, json => Write(json, run, call.Now))
                : AdminAnswers.DoneOrUnknown(false),
            ("PUT", [var id]) => Force(call, Find(call.Tenant, vendor, id)),
            _ => AdminAnswers.NoRoute(call),
        };

    private static IEnumerable<Run> All(Tenant tenant, Vendor vendor) =>
        vendor switch
        {
            Vendor.Prophecy => tenant.Prophecy.Runs.All(),
            Vendor.Mage => tenant.Mage.Runs.All(),
            _ => tenant.Supaflow.Jobs.All(),
        };

    private static Run? Find(Tenant tenant, Vendor vendor, string id) =>
        vendor switch
        {
            Vendor.Prophecy => tenant.Prophecy.Runs.Find(id),
            Vendor.Mage => tenant.Mage.Runs.Find(id),
            _ => tenant.Supaflow.Jobs.Find(id),
        };

    private static Answer Force(Call call, Run? run)
    {
        if (run is null)
        {
            return AdminAnswers.DoneOrUnknown(false);
        }
        var spec = call.Body(AdminJson.Default.ForcedRun);
        run.Columns = spec.Columns;
        run.Force(spec.Status, spec.Message, call.Now);
        return AdminAnswers.Done;
    }

    private static Answer Create(Call call, Vendor vendor)
    {
        var spec = call.Body(AdminJson.Default.ForeignRun);
        ArgumentOutOfRangeException.ThrowIfLessThan(spec.Count, 1);
        Run run = ForeignRuns.Create(call, vendor, spec);
        var first = run.Id;
        for (var left = spec.Count - 1; left > 0; left--)
        {
            run = ForeignRuns.Create(call, vendor, spec);
        }
        return Answer.Json(200, json =>
        {
            json.WriteStartObject();
            json.WriteString("id"u8, first);
            json.WriteString("lastId"u8, run.Id);
            json.WriteNumber("count"u8, spec.Count);
            json.WriteEndObject();
        });
    }

    private static void WriteAll(Utf8JsonWriter json, IEnumerable<Run> runs, DateTimeOffset now)
    {
        json.WriteStartArray();
        foreach (var run in runs)
        {
            Write(json, run, now);
        }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Run run, DateTimeOffset now)
    {
        var state = run.State(now);
        json.WriteStartObject();
        json.WriteString("id"u8, run.Id);
        json.WriteString("pipeline"u8, run.Pipeline);
        json.WriteString("status"u8, state.Word);
        json.WriteString("message"u8, state.Message);
        json.WriteBoolean("isFinal"u8, state.IsFinal);
        json.WriteBoolean("isForeign"u8, run.IsForeign);
        json.WriteString("createdAt"u8, run.CreatedAt);
        WriteTime(json, "startedAt"u8, state.StartedAt);
        WriteTime(json, "endedAt"u8, state.EndedAt);
        WriteReceived(json, run.Received);
        if (run is MageRun mage)
        {
            json.WriteString("form"u8, mage.Form);
            json.WritePropertyName("variables"u8);
            json.WriteRawValue(mage.Variables, skipInputValidation: true);
        }
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is { } t)
        {
            json.WriteString(name, t);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteReceived(Utf8JsonWriter json, ReadOnlyMemory<byte> received)
    {
        json.WritePropertyName("received"u8);
        using var parsed = received.IsEmpty ? null : JsonBytes.TryParse(received);
        if (parsed is not null)
        {
            parsed.RootElement.WriteTo(json);
        }
        else if (received.IsEmpty)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteStringValue(received.Span);
        }
    }
}
