using System.Text.Json;
using PipelineTrigger.Emulator.Hosting;
using PipelineTrigger.Emulator.Tenants;

namespace PipelineTrigger.Emulator.Admin;

internal static class AdminApi
{
    public static async Task<Answer> HandleAsync(Call call, TenantStore tenants)
    {
        try
        {
            switch (call.Path)
            {
                case ["proxies", ..]:
                    return await AdminProxies.HandleAsync(call);
                case ["reset"] when call.Method == "POST":
                    await tenants.ResetAsync(call.Tenant);
                    return AdminAnswers.Done;
                default:
                    return Handle(call);
            }
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException)
        {
            return AdminAnswers.Error(400, e.Message);
        }
    }

    private static Answer Handle(Call call) =>
        call.Path switch
        {
            ["faults"] => AdminFaults.Handle(call),
            ["runs", var vendor, .. var rest] when Enum.TryParse<Vendor>(vendor, ignoreCase: true, out var known) => AdminRuns.Handle(
                call,
                known,
                rest
            ),
            ["prophecy", .. var rest] => AdminProphecy.Handle(call, rest),
            ["mage", .. var rest] => AdminMage.Handle(call, rest),
            ["supaflow", .. var rest] => AdminSupaflow.Handle(call, rest),
            _ => AdminSettings.Handle(call),
        };
}
