namespace PipelineTrigger.Emulator.Tenants;

internal sealed record AuthSettings(
    bool MageAuthentication = false,
    string MageEmail = "admin@admin.com",
    string MagePassword = "admin",
    bool MageViewer = false,
    double SessionSeconds = 30 * 24 * 3600,
    string? ProphecyToken = null,
    string? SupaflowKey = null,
    double SupaflowTtlSeconds = 3600,
    bool OutOfCredits = false
);
