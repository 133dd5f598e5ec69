using System.Globalization;
using System.Net.Http;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Http;

/// <summary>Sends one HTTP request and reads its answer, without retries or redirects. Thread-safe.</summary>
internal sealed class HttpExchange(SenderOptions options, ProxyChoice proxy, VendorClock clock, Redactor redactor) : IDisposable
{
    private readonly HttpClient client = Transport.Create(proxy);

    /// <summary>The answer, whatever its status.</summary>
    /// <param name="request">The request.</param>
    /// <param name="uri">Its address.</param>
    /// <param name="endpoint">The headers that authorize it.</param>
    /// <param name="observer">Receives a verbose message about the outcome.</param>
    /// <param name="number">The number of the attempt, from 1.</param>
    /// <param name="cancellationToken">Cancels the attempt; a trigger in flight first gets <see cref="SenderOptions.StopGrace"/>.</param>
    /// <exception cref="SendFailure">No complete answer arrived.</exception>
    public async Task<VendorAnswer> SendAsync(
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
        using var message = Message(request, uri, endpoint, content);
        using var ownClient = isTrigger ? Transport.ForOneTrigger(proxy, uri, content) : null;
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
        var asked = clock.Here;
        try
        {
            using var response = await (ownClient ?? client)
                .SendAsync(message, HttpCompletionOption.ResponseHeadersRead, end.Token)
                .ConfigureAwait(false);
            var answer = await ReadAsync(request, response, end.Token).ConfigureAwait(false);
            if (response.Headers.Date is { } date)
            {
                clock.Observe(uri.Authority, date, asked);
            }

            Report(answer.StatusCode.ToString(CultureInfo.InvariantCulture));
            return answer;
        }
        catch (Exception e) when (e is not SendFailure { Kind: SendFailureKind.TooLarge })
        {
            // A time-out surfaces as whatever exception the transport throws when its streams are closed.
            var stopped = end.Token.IsCancellationRequested;
            var reason =
                !stopped ? Reason(e)
                : cancellationToken.IsCancellationRequested ? "stopped"
                : "no answer in time";
            Report(reason);
            var sent = content?.Started ?? !TransportFailure.CouldNotConnect(e);
            throw new SendFailure(
                sent ? SendFailureKind.NoAnswer : SendFailureKind.NotSent,
                reason,
                !stopped && TransportFailure.IsLasting(e)
            );
        }

        void Report(string outcome)
        {
            if (observer.IsVerbose)
            {
                var path = redactor.Clean(uri.AbsolutePath);
                var elapsed = options.Time.GetElapsedTime(began).TotalMilliseconds;
                observer.Verbose($"{request.Method} {path}: {outcome} in {elapsed:0} ms (attempt {number})");
            }
        }
    }

    public void Dispose() => client.Dispose();

    private static HttpRequestMessage Message(VendorRequest request, Uri uri, Endpoint endpoint, OnceContent? content)
    {
        var message = new HttpRequestMessage(request.Method, uri) { Content = content };
        foreach (var header in endpoint.Headers.Concat(request.Headers))
        {
            message.Headers.Remove(header.Key);
            message.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        if (request.Kind == RequestKind.Trigger)
        {
            Transport.PrepareTrigger(message);
        }

        return message;
    }

    private async Task<VendorAnswer> ReadAsync(VendorRequest request, HttpResponseMessage response, CancellationToken cancellationToken) =>
        new((int)response.StatusCode, await CappedBody.ReadAsync(response, options.MaxAnswerBytes, cancellationToken).ConfigureAwait(false))
        {
            RetryAfter = RetryAfter(response),
            Location = response.Headers.Location,
            IsSecret = request.AnswerIsSecret,
            ClockLead = response.Headers.Date - options.Time.GetUtcNow(),
            Headers = request.Wanted.Count == 0 ? VendorAnswer.NoHeaders : Wanted(request, response),
        };

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

    private string Reason(Exception e)
    {
        var cause = TransportFailure.Causes(e).Last();
        return redactor.Clean(cause.Message.TrimEnd('.'), 200) ?? cause.GetType().Name;
    }
}
