using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Once;

/// <summary>Triggers once, with a key or without: in doubt, it does not trigger.</summary>
/// <param name="reconciler">Null where the vendor cannot list runs.</param>
/// <param name="ledger">Null if there is no location for one; then a key cannot be used.</param>
/// <param name="sendsIds">Whether triggers carry a correlation id.</param>
internal sealed class TriggerOnce(IVendorClient vendor, Reconciler? reconciler, RunLedger? ledger, TimeProvider time, bool sendsIds)
{
    /// <summary>How long a vendor may need until it can return a run that it has just created.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(60);

    private readonly TriggerSender sender = new(vendor, reconciler, time, sendsIds);

    /// <summary>The run of one trigger.</summary>
    /// <exception cref="PipelineException">
    /// TriggerOutcomeUnknown, IdempotencyKeyConflict, LedgerUnavailable, and what the vendor's client throws: then no run was created.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was not triggered.</exception>
    public Task<PipelineRun> TriggerAsync(
        TriggerRequest request,
        IdempotencyOptions options,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var call = new TriggerCall(request, options, observer);
        return options.Key is { } key
            ? new KeyedTrigger(vendor, sender, ledger ?? throw NoLedger(), call, key, time).RunAsync(cancellationToken)
            : new UnkeyedTrigger(sender, options.Record ? ledger : null, call, time).RunAsync(cancellationToken);
    }

    private static PipelineException NoLedger() =>
        new(
            PipelineErrorId.LedgerUnavailable,
            "This account has no data folder to keep idempotency keys in. Nothing was sent. Choose a location with Connect-PipelineService "
                + "-Ledger or the environment variable PIPELINETRIGGER_LEDGER."
        )
        {
            Absence = RunAbsence.Told,
        };
}
