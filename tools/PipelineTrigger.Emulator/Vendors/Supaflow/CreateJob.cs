using System.Text.Json;
using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Vendors.Supaflow;

/// <summary>The function create_pipeline_run_job.</summary>
internal static class CreateJob
{
    private static readonly HashSet<string> Parameters = ["p_pipeline_id", "p_job_type", "p_reset_target", "p_full_resync"];

    public static Answer Handle(Call call)
    {
        using var body = PostgrestApi.ReadBody(call);
        var arguments = body.RootElement;
        if (
            !arguments.TryGetProperty("p_pipeline_id", out var pipelineId)
            || arguments.EnumerateObject().Any(p => !Parameters.Contains(p.Name))
        )
        {
            var names = string.Join(", ", arguments.EnumerateObject().Select(p => p.Name));
            throw new PostgrestException(
                404,
                "PGRST202",
                $"Could not find the function public.create_pipeline_run_job({names}) in the schema cache"
            );
        }
        if (!Guid.TryParse(pipelineId.ToString(), out var id))
        {
            throw new PostgrestException(400, "22P02", $"invalid input syntax for type uuid: \"{pipelineId}\"");
        }
        var fullResync = Flag(arguments, "p_full_resync");
        if (Flag(arguments, "p_reset_target") && !fullResync)
        {
            throw Refused("p_reset_target requires p_full_resync");
        }
        if (arguments.TryGetProperty("p_job_type", out var type) && type.ToString() != "pipeline_run")
        {
            throw Refused($"Unsupported job type: {type}");
        }
        return call.Tenant.Supaflow.Pipelines.GetValueOrDefault(id) switch
        {
            null => throw Refused($"Pipeline {id} not found or not accessible"),
            { Active: false } => throw Refused($"Pipeline {id} is not active"),
            { Error: { } error } => throw new PostgrestException(error),
            _ when call.Tenant.Auth.OutOfCredits => Answer.Json(200, json => json.WriteNullValue(), PostgrestApi.ContentType),
            var pipeline => Created(call, pipeline),
        };
    }

    private static Answer Created(Call call, SupaflowPipeline pipeline)
    {
        var plan = (pipeline.Plan ?? new()).ApplyTo(call.Tenant.Plans.For(Vendor.Supaflow));
        var job = call.Tenant.Supaflow.Jobs.Create(_ => new SupaflowJob(Guid.NewGuid(), call.Now, plan)
        {
            PipelineId = pipeline.Id,
            PipelineName = pipeline.Name,
            CreatedBy = SupaflowState.UserId,
            Received = call.Body,
            HiddenUntil = call.Now + call.Hide,
        });
        call.Tenant.Counters.RunCreated(Vendor.Supaflow);
        return Answer.Json(200, json => json.WriteStringValue(job.JobId), PostgrestApi.ContentType);
    }

    private static bool Flag(JsonElement arguments, string name) =>
        arguments.TryGetProperty(name, out var value)
        && value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False or JsonValueKind.Null => false,
            _ => bool.TryParse(value.ToString(), out var flag)
                ? flag
                : throw new PostgrestException(400, "22P02", $"invalid input syntax for type boolean: \"{value}\""),
        };

    private static PostgrestException Refused(string message) => new(400, "P0001", message);
}
