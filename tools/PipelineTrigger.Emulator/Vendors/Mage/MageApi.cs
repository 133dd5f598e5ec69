using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Vendors.Mage;

internal static class MageApi
{
    public static Endpoint Resolve(Call call) =>
        call.Path switch
        {
            ["api", "status"] => Only(call, "GET", Operation.Health, MageStatus.Read),
            ["api", "sessions"] => Only(call, "POST", Operation.Session, MageAuthentication.SignIn),
            ["api", "pipelines"] => Only(call, "GET", Operation.Pipelines, c => Guarded(c, MageSchedules.Pipelines)),
            ["api", "pipeline_schedules"] => Only(call, "GET", Operation.Schedule, c => Guarded(c, MageSchedules.List)),
            ["api", "pipeline_schedules", _] => Only(call, "GET", Operation.Schedule, c => Guarded(c, MageSchedules.Read)),
            ["api", "pipeline_schedules", _, "pipeline_runs"] => call.Method == "POST"
                ? new(Operation.Trigger, c => Guarded(c, MageTriggering.ByRest))
                : Only(call, "GET", Operation.List, c => Guarded(c, MageRunList.Read)),
            ["api", "pipeline_schedules", _, "pipeline_runs", _] or ["api", "pipeline_schedules", _, "api_trigger"] => Only(
                call,
                "POST",
                Operation.Trigger,
                MageTriggering.ByToken
            ),
            ["api", "pipeline_runs"] => Only(call, "GET", Operation.List, c => Guarded(c, MageRunList.Read)),
            ["api", "pipeline_runs", _] => call.Method == "PUT"
                ? new(Operation.Cancel, c => Guarded(c, MageRuns.Update))
                : Only(call, "GET", Operation.Status, c => Guarded(c, MageRuns.Read)),
            _ => new(Operation.Other, MageErrors.NoRoute),
        };

    private static Endpoint Only(Call call, string method, Operation operation, Handler handle) =>
        call.Method == method ? new(operation, handle) : new(Operation.Other, MageErrors.WrongMethod);

    private static Answer Guarded(Call call, Handler handle) =>
        MageAuthentication.Refusal(call) ?? (call.Tenant.Mage.TakeSpoiled() ? MageErrors.AbortedTransaction(call) : handle(call));
}
