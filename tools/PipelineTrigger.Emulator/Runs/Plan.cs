namespace PipelineTrigger.Emulator.Runs;

/// <summary>The life of a run as scripted. The outcome is a neutral word or one of the vendor's own.</summary>
internal sealed record Plan(
    double QueuedSeconds = 0,
    double RunningSeconds = 1,
    string Outcome = "success",
    string? Message = null,
    double CancelSeconds = 0
);
