using System.Text.Json;

namespace PipelineTrigger.Emulator.Faults;

internal sealed record FaultSpec(
    string? Vendor = null,
    string? Operation = null,
    string? Path = null,
    FaultKind Kind = FaultKind.Answer,
    FaultMoment When = FaultMoment.Before,
    int Status = 500,
    Dictionary<string, string>? Headers = null,
    JsonElement? Body = null,
    long BodyBytes = 0,
    string? ContentType = null,
    double DelaySeconds = 0,
    int Skip = 0,
    int Count = 1,
    double Probability = 1,
    int? Seed = null);
