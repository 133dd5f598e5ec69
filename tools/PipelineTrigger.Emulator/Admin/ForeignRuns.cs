using PipelineTrigger.Emulator.Hosting;
using PipelineTrigger.Emulator.Runs;
using PipelineTrigger.Emulator.Tenants;
using PipelineTrigger.Emulator.Vendors.Mage;
using PipelineTrigger.Emulator.Vendors.Prophecy;
using PipelineTrigger.Emulator.Vendors.Supaflow;

namespace PipelineTrigger.Emulator.Admin;

internal static class ForeignRuns
{
    private static readonly Guid NightlySales = new("11111111-2222-3333-4444-555555555555");

    public static Run Create(Call call, Vendor vendor, ForeignRun spec)
    {
        var createdAt = call.Now.AddSeconds(-spec.AgeSeconds);
        var plan = (spec.Plan ?? new()).ApplyTo(call.Tenant.Plans.For(vendor));
        Run run = vendor switch
        {
            Vendor.Prophecy => Prophecy(call.Tenant.Prophecy, spec, createdAt, plan),
            Vendor.Mage => Mage(call.Tenant.Mage, spec, createdAt, plan),
            _ => Supaflow(call.Tenant.Supaflow, spec, createdAt, plan),
        };
        run.Columns = spec.Columns;
        if (spec.Status is { } status)
        {
            run.Force(status, spec.Message, createdAt);
        }
        return run;
    }

    private static ProphecyRun Prophecy(ProphecyState state, ForeignRun spec, DateTimeOffset createdAt, Plan plan) =>
        state.Runs.Create(_ => new ProphecyRun(ProphecyRunId.New(), createdAt, plan)
        {
            FabricId = state.Fabrics.Keys.FirstOrDefault(),
            ProjectId = state.Projects.Keys.FirstOrDefault("41459"),
            PipelineName = spec.Pipeline ?? "bakehouse",
            IsForeign = true,
        });

    private static MageRun Mage(MageState state, ForeignRun spec, DateTimeOffset createdAt, Plan plan)
    {
        var trigger = state.Trigger(spec.TriggerId ?? 1);
        return state.Runs.Create(number =>
        {
            var run = new MageRun(number, createdAt, plan)
            {
                Trigger = trigger,
                PipelineUuid = spec.Pipeline ?? trigger?.PipelineUuid ?? "quick_pipeline",
                Variables = MageVariables.WithPartition(spec.Variables, trigger?.Id ?? 0, createdAt),
                IsForeign = true,
            };
            if (!state.TakesUp(trigger))
            {
                run.Hold();
            }
            return run;
        });
    }

    private static SupaflowJob Supaflow(SupaflowState state, ForeignRun spec, DateTimeOffset createdAt, Plan plan)
    {
        var id = spec.PipelineId ?? NightlySales;
        return state.Jobs.Create(_ => new SupaflowJob(Guid.NewGuid(), createdAt, plan)
        {
            PipelineId = id,
            PipelineName = spec.Pipeline ?? state.Pipelines.GetValueOrDefault(id)?.Name ?? "Unknown pipeline",
            CreatedBy = spec.CreatedBy ?? SupaflowState.OtherUserId,
            ScheduleExecutionId = spec.ScheduleExecutionId,
            IsForeign = true,
        });
    }
}
