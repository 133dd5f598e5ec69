using System.Text.Json;
using PipelineTrigger.Emulator.Hosting;
using PipelineTrigger.Emulator.Runs;

namespace PipelineTrigger.Emulator.Vendors.Mage;

internal static class MageTriggering
{
    public static Answer ByRest(Call call)
    {
        if (call.Tenant.Auth.MageViewer)
        {
            return MageErrors.Forbidden(call);
        }
        if (!MageIds.TryRead(call, call.Path[2], out var id, out var failure))
        {
            return failure;
        }
        if (call.Tenant.Mage.Trigger(id) is not { } trigger)
        {
            return MageErrors.Uncaught(call, "'NoneType' object has no attribute 'pipeline_uuid'");
        }
        if (!TryReadBody(call, out var body, out failure))
        {
            return failure;
        }
        using (body)
        {
            var run = Create(call, trigger, body, "rest");
            return MageRuns.Single(json => json.WritePlain(run, Fresh(run)));
        }
    }

    public static Answer ByToken(Call call)
    {
        var text = call.Path[2];
        if (!int.TryParse(text, out var id))
        {
            return MageErrors.Uncaught(call, $"invalid literal for int() with base 10: '{text}'");
        }
        if (call.Tenant.Mage.Trigger(id) is not { } trigger)
        {
            return MageErrors.Uncaught(call, "{'code': 404, 'message': 'Record not found.', 'type': 'record_not_found'}");
        }
        if (trigger.ScheduleType != MageTrigger.Api)
        {
            return MageErrors.Uncaught(
                call,
                $"This endpoint is only supported for API trigger; pipeline schedule ID {id} is of type {trigger.ScheduleType}."
            );
        }
        var isInPath = call.Path.Length == 5;
        if ((isInPath ? call.Path[4] : call.BearerToken) != trigger.Token)
        {
            return MageErrors.Uncaught(call, $"Invalid token for pipeline schedule ID {id}.");
        }
        if (!TryReadBody(call, out var body, out var failure))
        {
            return failure;
        }
        using (body)
        {
            if (trigger.Status != MageTrigger.Active)
            {
                trigger = call.Tenant.Mage.Activate(trigger, call.Now);
            }
            var run = Create(call, trigger, body, isInPath ? "path" : "bearer");
            return Answer.Json(200, json =>
            {
                json.WriteStartObject();
                json.WritePropertyName("pipeline_run"u8);
                json.WriteByToken(run, Fresh(run));
                json.WriteEndObject();
            });
        }
    }

    // What is not sent as JSON is not read at all: the run is made, without its variables.
    private static bool TryReadBody(Call call, out JsonDocument? body, out Answer failure)
    {
        failure = Answer.Empty(200);
        body = null;
        if (!call.HasJsonBody || call.Body.Length == 0)
        {
            return true;
        }
        body = JsonBytes.TryParse(call.Body);
        if (body is { RootElement.ValueKind: JsonValueKind.Object })
        {
            return true;
        }
        failure = MageErrors.Uncaught(
            call,
            body is null ? "Expecting value: line 1 column 1 (char 0)" : "'list' object has no attribute 'get'"
        );
        body?.Dispose();
        return false;
    }

    private static MageRun Create(Call call, MageTrigger trigger, JsonDocument? body, string form)
    {
        var variables = Variables(body);
        var plan = (trigger.Plan ?? new()).ApplyTo(call.Tenant.Plans.For(Vendor.Mage));
        plan = PlanChange.FromVariables(variables).ApplyTo(plan);
        var state = call.Tenant.Mage;
        var isOverLimit =
            trigger.ConcurrencyLimit is { } limit
            && state.Runs.All().Count(r => r.Trigger?.Id == trigger.Id && !r.State(call.Now).IsFinal) >= limit;
        call.Tenant.Counters.RunCreated(Vendor.Mage);
        return state.Runs.Create(number =>
        {
            var run = new MageRun(number, call.Now, plan)
            {
                Trigger = trigger,
                PipelineUuid = trigger.PipelineUuid,
                Variables = MageVariables.WithPartition(variables, trigger.Id, call.Now),
                EventVariables = form == "rest" || body is null ? null : MageVariables.Events(body.RootElement),
                Form = form,
                Received = call.Body,
                HiddenUntil = call.Now + call.Hide,
            };
            if (isOverLimit)
            {
                run.CancelAtOnce();
            }
            else if (!state.TakesUp(trigger))
            {
                run.Hold();
            }
            return run;
        });
    }

    private static JsonElement Variables(JsonDocument? body) =>
        body is not null
        && body.RootElement.TryGetProperty("pipeline_run", out var wrapper)
        && wrapper.ValueKind == JsonValueKind.Object
        && wrapper.TryGetProperty("variables", out var variables)
        && variables.ValueKind == JsonValueKind.Object
            ? variables
            : default;

    private static RunState Fresh(MageRun run) => new("initial", false, null, null, run.CreatedAt, null);
}
