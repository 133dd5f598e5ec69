using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Vendors.Contract;

/// <summary>
/// One vendor's API as runs: mapping only. Repetition, time-outs and polling are done by others. A run it returns says nothing of the
/// connection it came through; errors are <see cref="PipelineException"/>.
/// </summary>
internal interface IVendorClient : IDisposable
{
    PollPace Pace { get; }

    /// <summary>Creates one run.</summary>
    /// <param name="attempt">Its id goes along where the vendor gives it back with the run, and it is told before anything is sent.</param>
    Task<PipelineRun> TriggerAsync(
        TriggerRequest request,
        TriggerAttempt attempt,
        IOperationObserver observer,
        CancellationToken cancellationToken
    );

    /// <summary>The run as it stands now, with what was known of it where the vendor does not tell.</summary>
    /// <exception cref="PipelineException">RunNotFound, InvalidInput for an id that cannot be one.</exception>
    Task<PipelineRun> ReadAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken);

    /// <summary>Asks for cancellation; the run as it then stands, ended or still going on.</summary>
    /// <exception cref="PipelineException">StopNotSupported, RunNotFound.</exception>
    Task<PipelineRun> CancelAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken);

    /// <summary>What can be triggered, as the vendor lists it.</summary>
    /// <exception cref="PipelineException">NotSupported.</exception>
    IAsyncEnumerable<PipelineDefinition> ListAsync(IOperationObserver observer, CancellationToken cancellationToken);

    /// <summary>What can be proven of the connection without starting anything; what is disproven is thrown.</summary>
    Task<ConnectionProof> TestAsync(IOperationObserver observer, CancellationToken cancellationToken);
}

/// <summary>What a test showed.</summary>
/// <param name="Authenticated">Null: the vendor has no call that proves it.</param>
/// <param name="Message">In words.</param>
internal sealed record ConnectionProof(bool? Authenticated, string Message);
