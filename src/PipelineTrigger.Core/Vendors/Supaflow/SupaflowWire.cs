using System.Text.Json;
using System.Text.Json.Serialization;
using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Core.Vendors.Supaflow;

/// <summary>The answer to a sign-in.</summary>
internal sealed record SupaflowSession(
    string? Token,
    string? SupabaseUrl,
    string? SupabaseAnonKey,
    double? TtlSeconds,
    [property: JsonConverter(typeof(TextOrNumberConverter))] string? UserId,
    [property: JsonConverter(typeof(TextOrNumberConverter))] string? OrgId
);

/// <summary>The body of a trigger.</summary>
internal sealed record TriggerBody(string PPipelineId, string PJobType, bool PResetTarget, bool PFullResync);

/// <summary>The body of a cancel.</summary>
internal sealed record CancelBody(string JobStatus);

/// <summary>The body of a PostgREST error. <c>details</c> is not read, because it can contain rows.</summary>
internal sealed record PostgrestError(
    [property: JsonConverter(typeof(TextOrNothingConverter))] string? Code,
    [property: JsonConverter(typeof(AnyTextConverter))] string? Message,
    [property: JsonConverter(typeof(AnyTextConverter))] string? Hint
);

/// <summary>A job row. <c>job_parameters</c> is never requested, because it can contain credentials.</summary>
internal sealed record SupaflowJob(
    [property: JsonConverter(typeof(TextOrNumberConverter))] string? Id,
    [property: JsonConverter(typeof(AnyTextConverter))] string? Name,
    [property: JsonConverter(typeof(AnyTextConverter))] string? JobStatus,
    [property: JsonConverter(typeof(AnyTextConverter))] string? StatusMessage,
    [property: JsonConverter(typeof(AnyTextConverter))] string? ReferenceId,
    [property: JsonConverter(typeof(AnyTextConverter))] string? CreatedAt,
    [property: JsonConverter(typeof(AnyTextConverter))] string? UpdatedAt,
    [property: JsonConverter(typeof(AnyTextConverter))] string? StartedAt,
    [property: JsonConverter(typeof(AnyTextConverter))] string? EndedAt,
    JsonElement? JobResponse,
    [property: JsonConverter(typeof(TextOrNumberConverter))] string? CreatedBy,
    [property: JsonConverter(typeof(TextOrNumberConverter))] string? ScheduleExecutionId
);

/// <summary>A row of pipelines_and_datasources.</summary>
internal sealed record SupaflowPipeline(string? PipelineId, string? PipelineName, string? PipelineApiName);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SupaflowSession))]
[JsonSerializable(typeof(TriggerBody))]
[JsonSerializable(typeof(CancelBody))]
[JsonSerializable(typeof(PostgrestError))]
[JsonSerializable(typeof(IReadOnlyList<SupaflowJob>), TypeInfoPropertyName = "Jobs")]
[JsonSerializable(typeof(IReadOnlyList<SupaflowPipeline>), TypeInfoPropertyName = "Pipelines")]
[JsonSerializable(typeof(string))]
internal sealed partial class SupaflowJson : JsonSerializerContext;
