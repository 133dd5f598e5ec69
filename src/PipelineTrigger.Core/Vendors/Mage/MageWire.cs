using System.Text.Json;
using System.Text.Json.Serialization;
using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Core.Vendors.Mage;

/// <summary>
/// The error that any answer may contain. Its <c>message</c> is not read, because the server confuses messages between requests.
/// </summary>
internal sealed record MageError(
    int? Code,
    [property: JsonConverter(typeof(AnyTextConverter))] string? Type,
    [property: JsonConverter(typeof(AnyTextConverter))] string? Exception
);

/// <summary>The envelope of all answers, of which each answer has a part.</summary>
internal sealed record MageAnswer(
    MageError? Error,
    MageRun? PipelineRun,
    IReadOnlyList<MageRun>? PipelineRuns,
    MageSchedule? PipelineSchedule,
    IReadOnlyList<MageSchedule>? PipelineSchedules,
    MageSession? Session,
    MageMetadata? Metadata
);

/// <summary>A run. The full format also has the trigger's token, which is not read.</summary>
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

/// <summary>A block of a run; its error is in <c>metrics.error.error</c>.</summary>
internal sealed record MageBlockRun([property: JsonConverter(typeof(AnyTextConverter))] string? BlockUuid, JsonElement? Metrics);

/// <summary>A trigger. Its token is not read.</summary>
internal sealed record MageSchedule(
    int? Id,
    [property: JsonConverter(typeof(AnyTextConverter))] string? Name,
    [property: JsonConverter(typeof(AnyTextConverter))] string? PipelineUuid,
    [property: JsonConverter(typeof(AnyTextConverter))] string? Status,
    [property: JsonConverter(typeof(AnyTextConverter))] string? ScheduleType
);

/// <summary>A session: a JWT that contains the session's token.</summary>
internal sealed record MageSession(string? Token);

/// <summary>The payload of that JWT.</summary>
internal sealed record MageTokenPayload(string? Token);

/// <summary>The answer of /api/status, which needs its own type because <c>status</c> is a number in other answers.</summary>
internal sealed record MageStatusAnswer(IReadOnlyList<MageServerStatus>? Statuses, MageServerStatus? Status);

/// <summary>The state of the server.</summary>
internal sealed record MageServerStatus([property: JsonConverter(typeof(AnyTextConverter))] string? SchedulerStatus);

/// <summary>The size of a list, and whether it has a next page.</summary>
internal sealed record MageMetadata(int? Count, bool? Next);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MageAnswer))]
[JsonSerializable(typeof(MageStatusAnswer))]
[JsonSerializable(typeof(MageTokenPayload))]
internal sealed partial class MageJson : JsonSerializerContext;
