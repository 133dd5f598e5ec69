using System.Globalization;
using System.Text.Json;
using PipelineTrigger.Emulator.Hosting;
using PipelineTrigger.Emulator.Runs;
using PipelineTrigger.Emulator.Tenants;

namespace PipelineTrigger.Emulator.Vendors.Prophecy;

internal static class ProphecyApi
{
    public static Endpoint Resolve(Call call) =>
        (call.Method, call.Path) switch
        {
            ("POST", ["api", "trigger", "pipeline"]) => new(Operation.Trigger, c => Authenticated(c, Trigger)),
            ("GET", ["api", "trigger", "pipeline", _]) => new(Operation.Status, c => Authenticated(c, Status)),
            _ => new(Operation.Other, NoRoute),
        };

    private static Answer NoRoute(Call call) =>
        Answer.Text(404, "text/html; charset=UTF-8", "<!DOCTYPE html><html><body><h1>Action Not Found</h1></body></html>");

    private static Answer Authenticated(Call call, Handler handle)
    {
        string? token = call.Headers["X-AUTH-TOKEN"];
        var expected = call.Tenant.Auth.ProphecyToken;
        return string.IsNullOrEmpty(token) || (expected is not null && token != expected)
            ? Refusal(401, "Unauthorized: invalid or missing access token")
            : handle(call);
    }

    private static Answer Trigger(Call call)
    {
        if (!call.HasJsonBody)
        {
            return Refusal(415, "Expecting text/json or application/json body");
        }
        using var body = JsonBytes.TryParse(call.Body);
        if (body is null)
        {
            return Refusal(400, "Invalid Json");
        }
        if (ProphecyTrigger.Parse(body.RootElement, out var reason) is not { } trigger)
        {
            return Refusal(400, $"Invalid request: JsError({reason})");
        }
        var state = call.Tenant.Prophecy;
        if (!state.Fabrics.ContainsKey(trigger.FabricId))
        {
            return Rejected($"Fabric with uid `{trigger.FabricId}` not found");
        }
        if (!state.Projects.ContainsKey(trigger.ProjectId))
        {
            return Rejected($"Project with uid `{trigger.ProjectId}` not found");
        }
        if (trigger.PipelineName.Length == 0)
        {
            return Rejected("Pipeline with name `` not found");
        }
        var pipeline = state.Pipelines.GetValueOrDefault(trigger.PipelineName);
        if (pipeline?.Error is { } error)
        {
            return Rejected(error);
        }
        var run = Create(call, trigger, pipeline?.Plan);
        return Answer.Json(200, json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("success"u8, true);
            json.WriteString("runId"u8, run.Id);
            json.WriteString("msg"u8, "Pipeline triggered successfully");
            json.WriteEndObject();
        });
    }

    private static ProphecyRun Create(Call call, ProphecyTrigger trigger, PlanChange? change)
    {
        var plan = (change ?? new()).ApplyTo(call.Tenant.Plans.For(Vendor.Prophecy));
        plan = PlanChange.FromVariables(trigger.Parameters).ApplyTo(plan);
        call.Tenant.Counters.RunCreated(Vendor.Prophecy);
        return call.Tenant.Prophecy.Runs.Create(_ => new ProphecyRun(ProphecyRunId.New(), call.Now, plan)
        {
            FabricId = trigger.FabricId,
            ProjectId = trigger.ProjectId,
            PipelineName = trigger.PipelineName,
            Received = call.Body,
            HiddenUntil = call.Now + call.Hide,
        });
    }

    private static Answer Status(Call call)
    {
        var id = call.Path[^1];
        return call.Tenant.Prophecy.Runs.FindVisible(id, call.Now) is { } run
            ? Answer.Json(200, json => json.WriteRun(run, (w, r) => WriteRun(w, r, call.Now)))
            : Refusal(
                200,
                $"error in fetching pipeline run status: Success(Left(sdl.md.client.package$MetadataException: PipelineRun "
                    + $"with uid `{id}` not found)) (of class scala.util.Success)"
            );
    }

    private static void WriteRun(Utf8JsonWriter json, ProphecyRun run, DateTimeOffset now)
    {
        var state = run.State(now);
        json.WriteStartObject();
        json.WriteBoolean("success"u8, true);
        json.WriteString("runId"u8, run.Id);
        json.WriteString("createdAt"u8, Time(run.CreatedAt));
        json.WriteString("updatedAt"u8, Time(state.UpdatedAt));
        json.WriteString("projectId"u8, run.ProjectId);
        json.WriteString("pipelineName"u8, run.PipelineName);
        json.WriteString("fabricId"u8, run.FabricId.ToString(CultureInfo.InvariantCulture));
        json.WriteString("runStatus"u8, state.Word);
        if (state.Word == "ERROR")
        {
            json.WriteString("errorMessage"u8, state.Message ?? "Pipeline run failed");
        }
        json.WriteEndObject();
    }

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    private static Answer Rejected(string reason) =>
        Refusal(
            200,
            $"error in triggering pipeline: Success(Left(sdl.md.client.package$MetadataException: {reason})) (of class scala.util.Success)"
        );

    private static Answer Refusal(int status, string message) => Answer.Json(status, json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("success"u8, false);
            json.WriteString("msg"u8, message);
            json.WriteEndObject();
        });
}
