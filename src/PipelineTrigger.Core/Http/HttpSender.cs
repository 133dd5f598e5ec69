using System.Net.Http;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Time;
using Polly;

namespace PipelineTrigger.Core.Http;

/// <summary>
/// Sends every call to every vendor: signs in, retries what may be retried, follows redirects of reads, and turns failures into errors.
/// Thread-safe.
/// </summary>
internal sealed class HttpSender : IDisposable
{
    private const int MaxRedirects = 5;

    private readonly string vendor;
    private readonly SenderOptions options;
    private readonly Redactor redactor;
    private readonly HttpExchange exchange;
    private readonly ResiliencePipeline<VendorAnswer> pipeline;
    private readonly TriggerBrake brake;

    /// <summary>Creates a sender with its own connections.</summary>
    /// <param name="vendor">The vendor's name, for messages.</param>
    /// <param name="options">Time-outs and retries.</param>
    /// <param name="proxy">The proxy.</param>
    /// <param name="redactor">Removes the connection's secrets from messages.</param>
    public HttpSender(string vendor, SenderOptions options, ProxyChoice proxy, Redactor redactor)
    {
        this.vendor = vendor;
        this.options = options;
        this.redactor = redactor;
        pipeline = Resilience.Create(options);
        brake = new(options.Time);
        Clock = new(options.Time);
        exchange = new(options, proxy, Clock, redactor);
    }

    /// <summary>The vendor's clock, read from the dates of its answers.</summary>
    public VendorClock Clock { get; }

    /// <summary>
    /// Sends a request and returns the vendor's answer: a 2xx, or a 4xx that the vendor's client explains. Any other outcome is thrown
    /// after the last retry.
    /// </summary>
    /// <exception cref="PipelineException">
    /// TriggerOutcomeUnknown, TriggerRejected, VendorUnavailable, RateLimited, AuthenticationFailed, AccessDenied, InvalidResponse.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller canceled; for a trigger, only if it certainly did not run.</exception>
    public async Task<VendorAnswer> SendAsync(VendorRequest request, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var endpoint = await SignedInAsync(request, request.Authorization.GetAsync(observer, cancellationToken)).ConfigureAwait(false);
        var answer = await RepeatAsync(request, endpoint, observer, cancellationToken).ConfigureAwait(false);
        if (
            answer.StatusCode == 401
            && await SignedInAsync(request, request.Authorization.RenewAsync(endpoint, answer, observer, cancellationToken))
                .ConfigureAwait(false)
                is { } renewed
        )
        {
            endpoint = renewed;
            answer = await RepeatAsync(request, endpoint, observer, cancellationToken).ConfigureAwait(false);
        }

        return SenderErrors.Of(request, answer, vendor, endpoint.BaseUri, redactor) is { } error ? throw error : answer;
    }

    public void Dispose() => exchange.Dispose();

    // Without a sign-in, a trigger was not sent or was rejected, so no run was created.
    private static async Task<T> SignedInAsync<T>(VendorRequest request, Task<T> signIn)
    {
        try
        {
            return await signIn.ConfigureAwait(false);
        }
        catch (PipelineException e) when (request.Kind == RequestKind.Trigger && e.Absence == RunAbsence.NotKnown)
        {
            e.Absence = RunAbsence.Certain;
            throw;
        }
    }

    private async Task<VendorAnswer> RepeatAsync(
        VendorRequest request,
        Endpoint endpoint,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var context = Resilience.Context(request, observer, cancellationToken);
        try
        {
            var number = 0;
            var outcome = await pipeline
                .ExecuteOutcomeAsync(
                    async (c, call) =>
                    {
                        try
                        {
                            return Outcome.FromResult(
                                await AttemptAsync(call.Request, call.Endpoint, call.Observer, ++number, c.CancellationToken)
                                    .ConfigureAwait(false)
                            );
                        }
                        catch (Exception e)
                        {
                            return Outcome.FromException<VendorAnswer>(e);
                        }
                    },
                    context,
                    (Request: request, Endpoint: endpoint, Observer: observer)
                )
                .ConfigureAwait(false);

            return outcome.Exception switch
            {
                null => outcome.Result!,
                SendFailure failure when cancellationToken.IsCancellationRequested && CertainlyDidNotRun(request, failure) =>
                    throw new OperationCanceledException(cancellationToken),
                SendFailure failure => throw SenderErrors.Of(request, failure, vendor, endpoint.BaseUri, number),
                var other => throw other,
            };
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static bool CertainlyDidNotRun(VendorRequest request, SendFailure failure) =>
        request.Kind == RequestKind.Repeatable || failure.Kind == SendFailureKind.NotSent;

    private async Task<VendorAnswer> AttemptAsync(
        VendorRequest request,
        Endpoint endpoint,
        IOperationObserver observer,
        int number,
        CancellationToken cancellationToken
    )
    {
        if (request.Kind == RequestKind.Trigger)
        {
            await brake.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        var uri = EndpointUri.Below(endpoint.BaseUri, request.Path);
        var answer = await exchange.SendAsync(request, uri, endpoint, observer, number, cancellationToken).ConfigureAwait(false);
        for (var redirects = 0; redirects < MaxRedirects && MayFollow(request, answer, uri) is { } next; redirects++)
        {
            uri = next;
            answer = await exchange.SendAsync(request, uri, endpoint, observer, number, cancellationToken).ConfigureAwait(false);
        }

        if (
            request.Kind == RequestKind.Trigger
            && answer is { StatusCode: 429, RetryAfter: var pause }
            && (pause ?? options.RetryDelay) is var rest
            && rest <= options.MaxRetryAfter
        )
        {
            brake.Apply(rest);
        }

        return answer;
    }

    // Only for a read, and never to another host, because the request carries credentials.
    private static Uri? MayFollow(VendorRequest request, VendorAnswer answer, Uri from) =>
        request.Method == HttpMethod.Get
        && answer is { IsRedirect: true, Location: { } location }
        && new Uri(from, location) is var target
        && EndpointUri.SameOrigin(from, target)
            ? target
            : null;
}
