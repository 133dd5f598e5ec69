using PipelineTrigger.Emulator.Hosting;
using PipelineTrigger.Emulator.Vendors.Supaflow;

namespace PipelineTrigger.Emulator.Admin;

internal static class AdminSupaflow
{
    public static Answer Handle(Call call, string[] path) =>
        (call.Method, path) switch
        {
            ("POST", ["pipelines", "bulk"]) => AddMany(call),
            ("PUT", ["pipelines", var id]) => Set(call, Guid.Parse(id)),
            ("DELETE", ["pipelines", var id]) => AdminAnswers.DoneOrUnknown(
                call.Tenant.Supaflow.Pipelines.TryRemove(Guid.Parse(id), out _)
            ),
            _ => AdminAnswers.NoRoute(call),
        };

    private static Answer Set(Call call, Guid id)
    {
        call.Tenant.Supaflow.Set(call.Body(AdminJson.Default.SupaflowPipeline) with { Id = id });
        return AdminAnswers.Done;
    }

    private static Answer AddMany(Call call)
    {
        for (var left = call.Body(AdminJson.Default.BulkSpec).Count; left > 0; left--)
        {
            call.Tenant.Supaflow.Set(new SupaflowPipeline(Guid.NewGuid()));
        }
        return AdminAnswers.Done;
    }
}
