using System.Text.Json.Serialization;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Vendors.Prophecy;

/// <summary>The body of a trigger, without the fields that are null.</summary>
internal sealed record TriggerBody(
    long FabricId,
    string PipelineName,
    string ProjectId,
    IReadOnlyDictionary<string, string>? Parameters,
    string? Branch,
    string? Version,
    string? ProcessName
);

/// <summary>The answer to a trigger, with HTTP 200 even if the trigger was refused.</summary>
internal sealed record TriggerAnswer(
    bool? Success,
    [property: JsonConverter(typeof(TextOrNumberConverter))] string? RunId,
    [property: JsonConverter(typeof(AnyTextConverter))] string? Msg
);

/// <summary>The answer to a status read. Ids may be strings or numbers.</summary>
internal sealed record StatusAnswer(
    bool? Success,
    [property: JsonConverter(typeof(AnyTextConverter))] string? Msg,
    [property: JsonConverter(typeof(AnyTextConverter))] string? CreatedAt,
    [property: JsonConverter(typeof(AnyTextConverter))] string? UpdatedAt,
    [property: JsonConverter(typeof(TextOrNumberConverter))] string? ProjectId,
    [property: JsonConverter(typeof(AnyTextConverter))] string? PipelineName,
    [property: JsonConverter(typeof(TextOrNumberConverter))] string? FabricId,
    [property: JsonConverter(typeof(AnyTextConverter))] string? RunStatus,
    [property: JsonConverter(typeof(AnyTextConverter))] string? ErrorMessage
);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(TriggerBody))]
[JsonSerializable(typeof(TriggerAnswer))]
[JsonSerializable(typeof(StatusAnswer))]
internal sealed partial class ProphecyJson : JsonSerializerContext;
