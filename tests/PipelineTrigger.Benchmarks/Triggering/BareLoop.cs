using System.Net.Http.Headers;

namespace PipelineTrigger.Benchmarks.Triggering;

/// <summary>
/// The limit: an HttpClient that sends the same bytes again and again and reads each answer to its end, and does
/// nothing else.
/// </summary>
internal sealed class BareLoop : IDisposable
{
    private readonly HttpClient client = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
        }
    );

    public async Task SendAsync(Uri server, CapturedRequest request, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(request.Body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(request.ContentType);
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(server, request.Target)) { Content = content };
        foreach (var header in request.OwnHeaders)
        {
            message.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        using var response = await client.SendAsync(message, cancellationToken);
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    public async Task<LoopCost> RunAsync(Uri server, CapturedRequest request, int count, int inFlight, CancellationToken cancellationToken)
    {
        var left = count;
        var meter = LoopMeter.Start();
        await Task.WhenAll(
            Enumerable
                .Range(0, inFlight)
                .Select(_ =>
                    Task.Run(
                        async () =>
                        {
                            while (Interlocked.Decrement(ref left) >= 0)
                            {
                                await SendAsync(server, request, cancellationToken);
                            }
                        },
                        cancellationToken
                    )
                )
        );
        return meter.Stop(count);
    }

    public void Dispose() => client.Dispose();
}
