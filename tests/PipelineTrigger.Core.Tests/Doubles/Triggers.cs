using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Once;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Doubles;

/// <summary>Triggers whose runs are not known, without a vendor.</summary>
internal static class Triggers
{
    public static PendingTrigger Pending(string id, TriggerSubject subject, string? entry = null, ITriggerRecord? record = null) =>
        new(new(new Request(id), IdempotencyOptions.Unkeyed, new RecordingObserver()), record ?? new AdoptedRuns(), id)
        {
            Subject = subject,
            LedgerName = entry,
        };

    private sealed record Request(string Name) : TriggerRequest(Name)
    {
        public override IReadOnlyDictionary<string, object?> Values => new Dictionary<string, object?>();
    }
}

/// <summary>Keeps which runs were adopted.</summary>
internal sealed class AdoptedRuns : ITriggerRecord
{
    public List<string> Ids { get; } = [];

    public Task ConfirmAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task InDoubtAsync(DateTime lastSentAt, DateTime? sentUntil) => Task.CompletedTask;

    public Task AdoptAsync(PipelineRun run)
    {
        Ids.Add(run.RunId);
        return Task.CompletedTask;
    }
}
