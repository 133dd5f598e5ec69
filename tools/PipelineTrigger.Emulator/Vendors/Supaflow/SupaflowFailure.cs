namespace PipelineTrigger.Emulator.Vendors.Supaflow;

/// <summary>What the database says instead of making a job.</summary>
internal sealed record SupaflowFailure(
    int Status = 400,
    string Code = "P0001",
    string Message = "Pipeline failed to start",
    string? Details = null,
    string? Hint = null
);
