using System.Net.Http;
using System.Net.Sockets;
using System.Security.Authentication;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Time;
using Polly;

namespace PipelineTrigger.Core.Http;

/// <summary>The one way out: every call of every vendor goes through here. Thread-safe.</summary>
internal sealed class HttpSender : IDisposable
{
    private const int MaxRedirects = 5;

    private readonly string vendor;
    private readonly SenderOptions options;
    private readonly Redactor redactor;
    private readonly HttpClient client;
    private readonly ProxyChoice proxy;
    private readonly ResiliencePipeline<VendorAnswer> pipeline;
    private readonly TriggerBrake brake;

    /// <summary>A sender with connections of its own; the vendor's name is for messages.</summary>
    public HttpSender(string vendor, SenderOptions options, ProxyChoice proxy, Redactor redactor)
    {
        this.vendor = vendor;
        this.options = options;
        this.redactor = redactor;
        client = Transport.Create(proxy);
        this.proxy = proxy;
        pipeline = Resilience.Create(options);
        brake = new(options.Time);
        Clock = new(options.Time);
    }

    /// <summary>The vendor's clock, as its answers show it.</summary>
    public VendorClock Clock { get; }

    /// <summary>
    /// The vendor's answer: a 2xx, or a 4xx that is the vendor's to explain. Everything else, once it may not or need not be repeated, is thrown.
    /// </summary>
    /// <exception cref="PipelineException">TriggerOutcomeUnknown, TriggerRejected, VendorUnavailable, RateLimited, AuthenticationFailed, AccessDenied, InvalidResponse.</exception>
    /// <exception cref="OperationCanceledException">The caller's token; of a trigger only if it surely did not run.</exception>
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

    public void Dispose() => client.Dispose();

    // A trigger that cannot be signed in for was not sent, or was refused for that.
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
                SendFailure failure when cancellationToken.IsCancellationRequested && SurelyDidNotRun(request, failure) =>
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

    private static bool SurelyDidNotRun(VendorRequest request, SendFailure failure) =>
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
        var answer = await ExchangeAsync(request, uri, endpoint, observer, number, cancellationToken).ConfigureAwait(false);
        for (var redirects = 0; redirects < MaxRedirects && MayFollow(request, answer, uri) is { } next; redirects++)
        {
            uri = next;
            answer = await ExchangeAsync(request, uri, endpoint, observer, number, cancellationToken).ConfigureAwait(false);
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

    // A read alone, and never to another host: the credentials go along.
    private static Uri? MayFollow(VendorRequest request, VendorAnswer answer, Uri from) =>
        request.Method == HttpMethod.Get
        && answer is { IsRedirect: true, Location: { } location }
        && new Uri(from, location) is var target
        && EndpointUri.SameOrigin(from, target)
            ? target
            : null;

    private async Task<VendorAnswer> ExchangeAsync(
        VendorRequest request,
        Uri uri,
        Endpoint endpoint,
        IOperationObserver observer,
        int number,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        var isTrigger = request.Kind == RequestKind.Trigger;
        using var content = request.Body is { } body ? new OnceContent(body) : null;
        using var message = new HttpRequestMessage(request.Method, uri) { Content = content };
        foreach (var header in endpoint.Headers.Concat(request.Headers))
        {
            message.Headers.Remove(header.Key);
            message.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        using var own = isTrigger ? Transport.ForOneTrigger(proxy, uri, content) : null;
        if (isTrigger)
        {
            Transport.PrepareTrigger(message);
        }

        if (request.BeforeSend is { } prepare)
        {
            await prepare(cancellationToken).ConfigureAwait(false);
        }

        using var end = new AttemptCancellation(
            options.Time,
            isTrigger ? options.TriggerTimeout : options.ReadTimeout,
            isTrigger ? options.StopGrace : TimeSpan.Zero,
            cancellationToken
        );
        var began = options.Time.GetTimestamp();
        var asked = Clock.Here;
        try
        {
            using var response = await (own ?? client)
                .SendAsync(message, HttpCompletionOption.ResponseHeadersRead, end.Token)
                .ConfigureAwait(false);
            var answer = new VendorAnswer(
                (int)response.StatusCode,
                await CappedBody.ReadAsync(response, options.MaxAnswerBytes, end.Token).ConfigureAwait(false)
            )
            {
                RetryAfter = RetryAfter(response),
                Location = response.Headers.Location,
                IsSecret = request.AnswerIsSecret,
                ClockLead = response.Headers.Date - options.Time.GetUtcNow(),
                Headers = request.Wanted.Count == 0 ? VendorAnswer.NoHeaders : Wanted(request, response),
            };
            if (response.Headers.Date is { } date)
            {
                Clock.Observe(uri.Authority, date, asked);
            }

            Report(answer.StatusCode.ToString(System.Globalization.CultureInfo.InvariantCulture));
            return answer;
        }
        catch (Exception e) when (e is not SendFailure { Kind: SendFailureKind.TooLarge })
        {
            // A time-out shows itself as whatever the transport was doing when its streams were taken away.
            var stopped = end.Token.IsCancellationRequested;
            var reason =
                !stopped ? Innermost(e)
                : cancellationToken.IsCancellationRequested ? "stopped"
                : "no answer in time";
            Report(reason);
            var sent = content?.Started ?? !CouldNotConnect(e);
            throw new SendFailure(sent ? SendFailureKind.NoAnswer : SendFailureKind.NotSent, reason, !stopped && IsLasting(e));
        }

        void Report(string outcome)
        {
            if (observer.IsVerbose)
            {
                observer.Verbose(
                    $"{request.Method} {redactor.Clean(uri.AbsolutePath)}: {outcome} in {options.Time.GetElapsedTime(began).TotalMilliseconds:0} ms (attempt {number})"
                );
            }
        }
    }

    private static Dictionary<string, string> Wanted(VendorRequest request, HttpResponseMessage response)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in request.Wanted)
        {
            if (response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values))
            {
                headers[name] = values.First();
            }
        }

        return headers;
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? header?.Date - (response.Headers.Date ?? options.Time.GetUtcNow());
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private string Innermost(Exception e)
    {
        var cause = Causes(e).Last();
        return redactor.Clean(cause.Message.TrimEnd('.'), 200) ?? cause.GetType().Name;
    }

    private static bool IsLasting(Exception e) =>
        Causes(e).FirstOrDefault(c => c is AuthenticationException or SocketException or IOException) is AuthenticationException;

    private static bool CouldNotConnect(Exception e) =>
        Causes(e).OfType<SocketException>().FirstOrDefault()?.SocketErrorCode
            is SocketError.ConnectionRefused
                or SocketError.HostNotFound
                or SocketError.TryAgain
                or SocketError.NoData
                or SocketError.HostUnreachable
                or SocketError.NetworkUnreachable;

    private static IEnumerable<Exception> Causes(Exception e)
    {
        for (var cause = e; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
