using System.Text.Json;
using System.Text.Json.Serialization;
using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Core.Vendors.Mage;

/// <summary>What every answer may hold instead of what was asked for. <c>message</c> is not read: the server mixes messages up between requests.</summary>
internal sealed record MageError(
    int? Code,
    [property: JsonConverter(typeof(AnyTextConverter))] string? Type,
    [property: JsonConverter(typeof(AnyTextConverter))] string? Exception
);

/// <summary>The envelope of all answers; only what was asked for is there.</summary>
internal sealed record MageAnswer(
    MageError? Error,
    MageRun? PipelineRun,
    IReadOnlyList<MageRun>? PipelineRuns,
    MageSchedule? PipelineSchedule,
    IReadOnlyList<MageSchedule>? PipelineSchedules,
    MageSession? Session,
    MageMetadata? Metadata
);

/// <summary>A run. The full format also carries the trigger's token: not read.</summary>
internal sealed record MageRun(
    int? Id,
    int? PipelineScheduleId,
    [property: JsonConverter(typeof(AnyTextConverter))] string? PipelineUuid,
    [property: JsonConverter(typeof(AnyTextConverter))] string? Status,
    [property: JsonConverter(typeof(AnyTextConverter))] string? CreatedAt,
    [property: JsonConverter(typeof(AnyTextConverter))] string? StartedAt,
    [property: JsonConverter(typeof(AnyTextConverter))] string? CompletedAt,
    [property: JsonConverter(typeof(AnyTextConverter))] string? UpdatedAt,
    [property: JsonConverter(typeof(AnyTextConverter))] string? ExecutionDate,
    JsonElement? Variables,
    IReadOnlyList<MageBlockRun>? BlockRuns
);

/// <summary>A block's part in a run; its error stands in <c>metrics.error.error</c>.</summary>
internal sealed record MageBlockRun([property: JsonConverter(typeof(AnyTextConverter))] string? BlockUuid, JsonElement? Metrics);

/// <summary>A trigger. Its token is not read.</summary>
internal sealed record MageSchedule(
    int? Id,
    [property: JsonConverter(typeof(AnyTextConverter))] string? Name,
    [property: JsonConverter(typeof(AnyTextConverter))] string? PipelineUuid,
    [property: JsonConverter(typeof(AnyTextConverter))] string? Status,
    [property: JsonConverter(typeof(AnyTextConverter))] string? ScheduleType
);

/// <summary>A sign-in: a JWT that wraps the session's own token.</summary>
internal sealed record MageSession(string? Token);

/// <summary>The payload of that JWT.</summary>
internal sealed record MageTokenPayload(string? Token);

/// <summary>The answer of /api/status, which no other call's envelope fits: there, <c>status</c> is a number.</summary>
internal sealed record MageStatusAnswer(IReadOnlyList<MageServerStatus>? Statuses, MageServerStatus? Status);

/// <summary>The server's own state.</summary>
internal sealed record MageServerStatus([property: JsonConverter(typeof(AnyTextConverter))] string? SchedulerStatus);

/// <summary>What a list says of itself.</summary>
internal sealed record MageMetadata(int? Count, bool? Next);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MageAnswer))]
[JsonSerializable(typeof(MageStatusAnswer))]
[JsonSerializable(typeof(MageTokenPayload))]
internal sealed partial class MageJson : JsonSerializerContext;
