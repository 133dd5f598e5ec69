using System.Globalization;
using System.Text.Json;

namespace PipelineTrigger.Emulator.Runs;

/// <summary>The parts of a plan that someone wants otherwise.</summary>
internal sealed record PlanChange(
    double? QueuedSeconds = null,
    double? RunningSeconds = null,
    string? Outcome = null,
    string? Message = null,
    double? CancelSeconds = null
)
{
    public Plan ApplyTo(Plan plan) =>
        new(
            QueuedSeconds ?? plan.QueuedSeconds,
            RunningSeconds ?? plan.RunningSeconds,
            Outcome ?? plan.Outcome,
            Message ?? plan.Message,
            CancelSeconds ?? plan.CancelSeconds
        );

    public static PlanChange FromVariables(JsonElement variables) =>
        variables.ValueKind != JsonValueKind.Object
            ? new()
            : new(
                Seconds(variables, "emulator_queued"),
                Seconds(variables, "emulator_running"),
                Text(variables, "emulator_outcome"),
                Text(variables, "emulator_message")
            );

    private static string? Text(JsonElement variables, string name) =>
        variables.TryGetProperty(name, out var value) ? value.ToString() : null;

    private static double? Seconds(JsonElement variables, string name) =>
        double.TryParse(Text(variables, name), CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
}
