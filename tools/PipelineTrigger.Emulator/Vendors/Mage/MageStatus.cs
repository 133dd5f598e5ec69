using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Vendors.Mage;

internal static class MageStatus
{
    public static Answer Read(Call call) => Answer.Json(200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("statuses"u8);
            json.WriteStartObject();
            json.WriteBoolean("is_instance_manager"u8, false);
            json.WriteString("scheduler_status"u8, call.Tenant.Mage.SchedulerRuns ? "running" : "stopped");
            json.WriteBoolean("require_user_authentication"u8, call.Tenant.Auth.MageAuthentication);
            json.WriteString("project_type"u8, "standalone");
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteNull("metadata"u8);
            json.WriteEndObject();
        });
}
