using System.Collections.Concurrent;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Once;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Time;
using PipelineTrigger.Core.Vendors;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Connections;

/// <summary>
/// The client of one connection: the vendor's client, its sign-in, and what was started and stopped through it. Thread-safe.
/// </summary>
internal sealed class ConnectionClient : IBatchSource, IBatchReader, IDisposable
{
    // How long after its time-out a trigger may still be carried out.
    private static readonly TimeSpan LateCommit = TimeSpan.FromSeconds(120);

    private const int MaxNameLength = 200;

    // The connection itself is the first.
    private int holders = 1;
    private int disposed;

    private readonly IVendorClient vendor;
    private readonly RunLedger? ledger;
    private readonly TriggerOnce triggers;
    private readonly HttpSender sender;
    private readonly TimeProvider time;
    private readonly string address;
    private readonly ConcurrentDictionary<string, long> triggered = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> triggeredInOrder = new();
    private readonly ConcurrentDictionary<string, bool> stopped = new(StringComparer.Ordinal);

    /// <exception cref="PipelineException">InvalidInput, InsecureEndpoint.</exception>
    /// <param name="ledger">Where triggers are recorded; null if there is no location.</param>
    public ConnectionClient(
        PipelineConnection connection,
        Credential? credential,
        ProxyChoice proxy,
        SenderOptions options,
        ILedgerStore? ledger = null
    )
    {
        var descriptor = VendorCatalog.Get(connection.Vendor);
        descriptor.CheckCredential(credential);
        Name = connection.Name;
        Vendor = descriptor.Name;
        BaseUri = EndpointUri.Check(connection.BaseUri, connection.AllowInsecure);
        address = BaseUri.AbsoluteUri.TrimEnd('/');
        time = options.Time;
        var redactor = new Redactor();
        redactor.Add(credential?.Secret);
        redactor.Add(proxy.Credential?.Password);
        sender = new(Vendor, options, proxy, redactor);
        vendor = descriptor.CreateClient(new(BaseUri, credential, sender, redactor, options.Time));
        this.ledger = ledger is null ? null : new(ledger, Vendor, address, Name, time);
        var horizon = connection.LateCommitHorizonSec is { } seconds ? TimeSpan.FromSeconds(seconds) : options.TriggerTimeout + LateCommit;
        triggers = new(
            vendor,
            vendor is IRunFinder finder ? new(finder, Vendor, address, this.ledger, sender.Clock, time, horizon) : null,
            this.ledger,
            time,
            sendsIds: !connection.NoTriggerId
        );
    }

    public string Name { get; }

    /// <summary>One of the constants of <see cref="PipelineVendor"/>.</summary>
    public string Vendor { get; }

    public Uri BaseUri { get; }

    public PollPace Pace => vendor.Pace;

    /// <summary>The run of one trigger.</summary>
    public async Task<PipelineRun> TriggerAsync(
        TriggerRequest request,
        IdempotencyOptions terms,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var run = Stamp(await triggers.TriggerAsync(request, terms, observer, cancellationToken).ConfigureAwait(false));
        triggered[run.RunId] = time.GetTimestamp();
        triggeredInOrder.Enqueue(run.RunId);
        ForgetOldTriggers();
        return run;
    }

    public async Task<PipelineRun> ReadAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken) =>
        Seen(await vendor.ReadAsync(known, observer, cancellationToken).ConfigureAwait(false), known);

    public IBatchReader? Batches => vendor is IBatchReader ? this : null;

    public Task ReadManyAsync(
        IReadOnlyList<PipelineRun> known,
        Action<int, PipelineRun> seen,
        IOperationObserver observer,
        CancellationToken cancellationToken
    ) => ((IBatchReader)vendor).ReadManyAsync(known, (i, run) => seen(i, Seen(run, known[i])), observer, cancellationToken);

    public Task FlushAsync(CancellationToken cancellationToken) => ledger?.FlushAsync(cancellationToken) ?? Task.CompletedTask;

    public bool IsFresh(PipelineRun run) =>
        triggered.TryGetValue(run.RunId, out var at)
            ? time.GetElapsedTime(at) < TriggerOnce.FreshFor
            : run.CreatedAt is { } created && (time.UtcDateTime() - created).Duration() < TriggerOnce.FreshFor;

    public bool WasStoppedHere(PipelineRun run) => stopped.ContainsKey(run.RunId);

    /// <summary>Asks for cancellation; returns the run, cancelled or being cancelled.</summary>
    /// <exception cref="PipelineException">StopTooLate, StopNotSupported, NotSupported, RunNotFound.</exception>
    public async Task<PipelineRun> StopAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var run = Seen(await vendor.CancelAsync(known, observer, cancellationToken).ConfigureAwait(false), known);
        if (run.Status == PipelineRunStatus.Cancelled)
        {
            stopped[run.RunId] = true;
            return run;
        }

        throw run.IsFinished
            ? new PipelineException(
                PipelineErrorId.StopTooLate,
                $"{run.Vendor} run {run.RunId} could not be stopped: it had already ended, as {run.Status}."
            )
            {
                Run = run,
            }
            : new PipelineException(
                PipelineErrorId.NotSupported,
                $"{run.Vendor} did not cancel run {run.RunId}, because it cancels no run with the status '{run.VendorStatus}'. "
                    + "Try again later."
            )
            {
                Run = run,
            };
    }

    /// <summary>Reports each pipeline or trigger that the vendor lists.</summary>
    public async Task ListAsync(Action<PipelineDefinition> found, IOperationObserver observer, CancellationToken cancellationToken)
    {
        await foreach (var pipeline in vendor.ListAsync(observer, cancellationToken).ConfigureAwait(false))
        {
            pipeline.Connection = Name;
            found(pipeline);
        }
    }

    /// <summary>What can be proven without starting a run. A failed proof is a result, not an exception.</summary>
    public async Task<PipelineConnectionTest> TestAsync(IOperationObserver observer, CancellationToken cancellationToken)
    {
        var test = new PipelineConnectionTest
        {
            Connection = Name,
            Vendor = Vendor,
            BaseUri = BaseUri.AbsoluteUri,
        };
        try
        {
            (test.Authenticated, test.Message) = await vendor.TestAsync(observer, cancellationToken).ConfigureAwait(false);
            test.Reachable = true;
        }
        catch (PipelineException e)
        {
            test.ErrorId = e.ErrorId;
            test.Message = e.Message;
            test.Reachable =
                e.ErrorId is PipelineErrorId.AuthenticationFailed or PipelineErrorId.AccessDenied or PipelineErrorId.RateLimited;
            test.Authenticated = e.ErrorId switch
            {
                PipelineErrorId.AuthenticationFailed => false,
                PipelineErrorId.AccessDenied => true,
                _ => null,
            };
        }

        return test;
    }

    /// <summary>Keeps the client alive even if its connection is disconnected; <see cref="Release"/> ends that.</summary>
    public void Hold() => Interlocked.Increment(ref holders);

    /// <summary>Ends one <see cref="Hold"/>; the last one removes the sign-in and the secrets if the connection is gone.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref holders) == 0)
        {
            vendor.Dispose();
            sender.Dispose();
            ledger?.Dispose();
        }
    }

    /// <summary>The connection releases it.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            Release();
        }
    }

    private PipelineRun Seen(PipelineRun run, PipelineRun known)
    {
        if (!RunId.IsUsable(run.RunId))
        {
            run.RunId = known.RunId;
        }

        if (Stamp(run).IsFinished)
        {
            ledger?.Seen(run);
        }

        return run;
    }

    private PipelineRun Stamp(PipelineRun run)
    {
        run.Pipeline = SafeText.Clean(run.Pipeline, MaxNameLength);
        run.Connection = Name;
        run.BaseUri = address;
        return run;
    }

    private void ForgetOldTriggers()
    {
        while (
            triggeredInOrder.TryPeek(out var oldest)
            && triggered.TryGetValue(oldest, out var at)
            && time.GetElapsedTime(at) >= TriggerOnce.FreshFor
            && triggeredInOrder.TryDequeue(out oldest)
        )
        {
            triggered.TryRemove(oldest, out _);
        }
    }
}
