using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;

namespace PipelineTrigger.Core.Http;

/// <summary>
/// A JSON body that records whether the transport has started to send it: until then, no server can have acted on the request. It cannot be
/// sent twice, so that the transport never retries a request itself. The exception is a proxy that answered 407 and did not forward it.
/// </summary>
internal sealed class OnceContent : HttpContent
{
    private readonly byte[] body;
    private int started;
    private int stoppedAtProxy;

    public OnceContent(byte[] body)
    {
        this.body = body;
        Headers.ContentType = new MediaTypeHeaderValue("application/json");
    }

    /// <summary>Whether any part of the body may have been sent.</summary>
    public bool Started => Volatile.Read(ref started) != 0;

    /// <summary>Records that a proxy answered 407, so that what was sent so far did not reach the vendor.</summary>
    public void StoppedAtProxy() => Volatile.Write(ref stoppedAtProxy, Volatile.Read(ref started));

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => WriteAsync(stream, CancellationToken.None);

#if NET
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        WriteAsync(stream, cancellationToken);
#endif

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }

    private Task WriteAsync(Stream stream, CancellationToken cancellationToken) =>
        Interlocked.Increment(ref started) == Volatile.Read(ref stoppedAtProxy) + 1
            ? stream.WriteAsync(body, 0, body.Length, cancellationToken)
            : throw new InvalidOperationException("This request was already sent and is not sent again.");
}
