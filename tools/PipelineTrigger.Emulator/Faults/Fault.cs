using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Faults;

/// <summary>A fault and how often it is still to strike; its queue's lock guards it.</summary>
internal sealed class Fault(int id, FaultSpec spec)
{
    private readonly Random random = spec.Seed is { } seed ? new(seed) : Random.Shared;
    private readonly int[] draws = new int[spec.Cards?.Length ?? 0];
    private int skip = spec.Skip;

    public int Id { get; } = id;

    public FaultSpec Spec { get; } = spec;

    /// <summary>Negative: for ever.</summary>
    public int Remaining { get; private set; } = spec.Count;

    public int Hits { get; private set; }

    /// <summary>How often each card was drawn.</summary>
    public IReadOnlyList<int> Draws => draws;

    /// <summary>What strikes this request; null for nothing.</summary>
    public FaultSpec? Strike(Vendor vendor, Operation operation, string target)
    {
        if (
            Remaining == 0
            || !Names(Spec.Vendor, vendor.ToString())
            || !Names(Spec.Kind == FaultKind.Hide ? nameof(Operation.Trigger) : Spec.Operation, operation.ToString())
            || (Spec.Path is { } path && !target.Contains(path, StringComparison.OrdinalIgnoreCase))
            || skip-- > 0
            || (Spec.Probability < 1 && random.NextDouble() >= Spec.Probability)
        )
        {
            return null;
        }
        skip = 0;
        Hits++;
        Remaining = Remaining > 0 ? Remaining - 1 : Remaining;
        return Spec.Cards is { Length: > 0 } cards ? Draw(cards) : Spec;
    }

    private FaultSpec Draw(FaultSpec[] cards)
    {
        var point = random.NextDouble() * cards.Sum(c => c.Weight);
        var card = 0;
        while (card < cards.Length - 1 && (point -= cards[card].Weight) >= 0)
        {
            card++;
        }
        draws[card]++;
        return cards[card];
    }

    private static bool Names(string? wanted, string actual) =>
        wanted is null
        || wanted.Equals("any", StringComparison.OrdinalIgnoreCase)
        || wanted.Equals(actual, StringComparison.OrdinalIgnoreCase);
}
