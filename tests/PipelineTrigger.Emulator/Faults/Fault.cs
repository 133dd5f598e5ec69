using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Faults;

/// <summary>A fault and how often it is still to strike; its queue's lock guards it.</summary>
internal sealed class Fault(int id, FaultSpec spec)
{
    private readonly Random random = spec.Seed is { } seed ? new(seed) : Random.Shared;
    private int skip = spec.Skip;

    public int Id { get; } = id;

    public FaultSpec Spec { get; } = spec;

    /// <summary>Negative: for ever.</summary>
    public int Remaining { get; private set; } = spec.Count;

    public int Hits { get; private set; }

    public bool Strikes(Vendor vendor, Operation operation, string target)
    {
        if (Remaining == 0
            || !Names(Spec.Vendor, vendor.ToString())
            || !Names(Spec.Kind == FaultKind.Hide ? nameof(Operation.Trigger) : Spec.Operation, operation.ToString())
            || (Spec.Path is { } path && !target.Contains(path, StringComparison.OrdinalIgnoreCase))
            || skip-- > 0
            || (Spec.Probability < 1 && random.NextDouble() >= Spec.Probability))
        {
            return false;
        }
        skip = 0;
        Hits++;
        Remaining = Remaining > 0 ? Remaining - 1 : Remaining;
        return true;
    }

    private static bool Names(string? wanted, string actual) =>
        wanted is null || wanted.Equals("any", StringComparison.OrdinalIgnoreCase) || wanted.Equals(actual, StringComparison.OrdinalIgnoreCase);
}
