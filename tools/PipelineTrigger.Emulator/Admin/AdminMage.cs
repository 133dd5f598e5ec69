using System.Globalization;
using PipelineTrigger.Emulator.Hosting;
using PipelineTrigger.Emulator.Vendors.Mage;

namespace PipelineTrigger.Emulator.Admin;

internal static class AdminMage
{
    public static Answer Handle(Call call, string[] path) =>
        (call.Method, path) switch
        {
            ("PUT", ["triggers", var id]) => Set(call, Number(id)),
            ("DELETE", ["triggers", var id]) => AdminAnswers.DoneOrUnknown(call.Tenant.Mage.Delete(Number(id))),
            ("POST", ["triggers", "bulk"]) => AddMany(call),
            ("PUT", ["scheduler"]) => SetScheduler(call),
            ("GET", ["sessions-broken"]) => AdminAnswers.Number("count", call.Tenant.Mage.SessionsBroken),
            _ => AdminAnswers.NoRoute(call),
        };

    private static Answer Set(Call call, int id)
    {
        call.Tenant.Mage.Set(call.Body(AdminJson.Default.MageTrigger) with { Id = id }, call.Now);
        return AdminAnswers.Done;
    }

    private static Answer AddMany(Call call)
    {
        var state = call.Tenant.Mage;
        var last = state.Triggers.Keys.DefaultIfEmpty().Max();
        foreach (var id in Enumerable.Range(last + 1, call.Body(AdminJson.Default.BulkSpec).Count))
        {
            state.Set(new MageTrigger(id), call.Now);
        }
        return AdminAnswers.Done;
    }

    private static Answer SetScheduler(Call call)
    {
        call.Tenant.Mage.SetScheduler(call.Body(AdminJson.Default.SchedulerSpec).Running, call.Now);
        return AdminAnswers.Done;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
