using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Vendors.Contract;

/// <summary>
/// Maps one vendor's API to runs. It does not retry, time out or poll; other classes do. The runs that it returns do not name
/// their connection. Errors are <see cref="PipelineException"/>s.
/// </summary>
internal interface IVendorClient : IDisposable
{
    PollPace Pace { get; }

    /// <summary>Creates one run.</summary>
    /// <param name="request">What to trigger.</param>
    /// <param name="attempt">
    /// Provides the correlation id, which is sent if the vendor returns it with the run, and is called before each send.
    /// </param>
    /// <param name="observer">Receives warnings and verbose messages.</param>
    /// <param name="cancellationToken">Cancels the trigger.</param>
    Task<PipelineRun> TriggerAsync(
        TriggerRequest request,
        TriggerAttempt attempt,
        IOperationObserver observer,
        CancellationToken cancellationToken
    );

    /// <summary>Reads a run; values that the vendor does not return are taken from the known run.</summary>
    /// <exception cref="PipelineException">RunNotFound; InvalidInput for an invalid id.</exception>
    Task<PipelineRun> ReadAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken);

    /// <summary>Requests cancellation and returns the run, which may not have ended yet.</summary>
    /// <exception cref="PipelineException">StopNotSupported, RunNotFound.</exception>
    Task<PipelineRun> CancelAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken);

    /// <summary>Lists what can be triggered.</summary>
    /// <exception cref="PipelineException">NotSupported.</exception>
    IAsyncEnumerable<PipelineDefinition> ListAsync(IOperationObserver observer, CancellationToken cancellationToken);

    /// <summary>Tests the connection without starting a run; throws if the test fails.</summary>
    Task<ConnectionProof> TestAsync(IOperationObserver observer, CancellationToken cancellationToken);
}

/// <summary>The result of a successful connection test.</summary>
/// <param name="Authenticated">Whether the credential was accepted; null if the vendor cannot verify it without starting a run.</param>
/// <param name="Message">What was verified and what was not.</param>
internal sealed record ConnectionProof(bool? Authenticated, string Message);
