using System.Text.Json;
using PipelineTrigger.Emulator.Hosting;
using PipelineTrigger.Emulator.Tenants;

namespace PipelineTrigger.Emulator.Admin;

internal static class AdminSettings
{
    public static Answer Handle(Call call) =>
        (call.Method, call.Path) switch
        {
            ("GET", ["clock"]) => Clock(call.Tenant),
            ("POST", ["clock"]) => Advance(call),
            ("PUT", ["defaults"]) => SetDefaults(call),
            ("PUT", ["auth"]) => SetAuth(call),
            ("POST", ["expire"]) => Expire(call),
            ("GET", ["counters"]) => Answer.Json(200, call.Tenant.Counters.WriteTo),
            ("GET", ["requests"]) => Answer.Json(200, json => call.Tenant.Requests.WriteTo(json, call.Tenant.Secrets)),
            _ => AdminAnswers.NoRoute(call),
        };

    private static Answer Advance(Call call)
    {
        call.Tenant.Clock.Advance(TimeSpan.FromSeconds(call.Body(AdminJson.Default.ClockAdvance).AdvanceSeconds));
        return Clock(call.Tenant);
    }

    private static Answer Clock(Tenant tenant) => Answer.Json(200, json =>
        {
            json.WriteStartObject();
            json.WriteString("now"u8, tenant.Clock.GetUtcNow());
            json.WriteNumber("offsetSeconds"u8, tenant.Clock.Offset.TotalSeconds);
            json.WriteEndObject();
        });

    private static Answer SetDefaults(Call call)
    {
        var spec = call.Body(AdminJson.Default.DefaultsSpec);
        call.Tenant.Plans.Set(spec.Vendor, spec.Plan);
        return AdminAnswers.Done;
    }

    private static Answer SetAuth(Call call)
    {
        call.Tenant.Auth = call.Body(AdminJson.Default.AuthSettings);
        return AdminAnswers.Done;
    }

    private static Answer Expire(Call call)
    {
        call.Tenant.ExpireSignIns();
        return AdminAnswers.Done;
    }
}
