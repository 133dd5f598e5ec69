using System.Globalization;
using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Admin;

internal static class AdminProphecy
{
    public static Answer Handle(Call call, string[] path)
    {
        var state = call.Tenant.Prophecy;
        switch (call.Method, path)
        {
            case ("PUT", ["fabrics", var fabric]):
                state.Fabrics[long.Parse(fabric, CultureInfo.InvariantCulture)] = true;
                return AdminAnswers.Done;
            case ("DELETE", ["fabrics", var fabric]):
                return AdminAnswers.DoneOrUnknown(state.Fabrics.TryRemove(long.Parse(fabric, CultureInfo.InvariantCulture), out _));
            case ("PUT", ["projects", var project]):
                state.Projects[project] = true;
                return AdminAnswers.Done;
            case ("DELETE", ["projects", var project]):
                return AdminAnswers.DoneOrUnknown(state.Projects.TryRemove(project, out _));
            case ("PUT", ["pipelines", var pipeline]):
                state.Pipelines[pipeline] = call.Body(AdminJson.Default.ProphecyPipeline);
                return AdminAnswers.Done;
            case ("DELETE", ["pipelines", var pipeline]):
                return AdminAnswers.DoneOrUnknown(state.Pipelines.TryRemove(pipeline, out _));
            default:
                return AdminAnswers.NoRoute(call);
        }
    }
}
