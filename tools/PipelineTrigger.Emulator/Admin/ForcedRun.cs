using System.Text.Json;

namespace PipelineTrigger.Emulator.Admin;

internal sealed record ForcedRun(string? Status = null, string? Message = null, Dictionary<string, JsonElement>? Columns = null);
