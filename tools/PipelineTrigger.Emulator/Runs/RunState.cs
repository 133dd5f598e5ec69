namespace PipelineTrigger.Emulator.Runs;

internal readonly record struct RunState(
    string Word,
    bool IsFinal,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    DateTimeOffset UpdatedAt,
    string? Message
);
