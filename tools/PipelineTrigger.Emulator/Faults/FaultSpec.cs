using System.Text.Json;

namespace PipelineTrigger.Emulator.Faults;

/// <param name="Name">For those who count; the kind if left out.</param>
/// <param name="Fields">What an answer is left without.</param>
/// <param name="Cards">One of these strikes instead, drawn by <paramref name="Weight"/>.</param>
internal sealed record FaultSpec(
    string? Name = null,
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
    int? Seed = null,
    string[]? Fields = null,
    double Weight = 1,
    FaultSpec[]? Cards = null
);
