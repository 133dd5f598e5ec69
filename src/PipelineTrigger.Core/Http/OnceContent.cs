using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;

namespace PipelineTrigger.Core.Http;

/// <summary>
/// A JSON body that knows whether the transport has begun to send it: if it has not, no server can have acted on the request.
/// It refuses to be sent twice, so that no transport repeats a request by itself; only after a proxy kept it and asked for a credential may it go again.
/// </summary>
internal sealed class OnceContent : HttpContent
{
    private readonly byte[] body;
    private int started;
    private int kept;

    public OnceContent(byte[] body)
    {
        this.body = body;
        Headers.ContentType = new MediaTypeHeaderValue("application/json");
    }

    /// <summary>Whether any of it may have left.</summary>
    public bool Started => Volatile.Read(ref started) != 0;

    /// <summary>A proxy has answered 407: what was sent so far went no further.</summary>
    public void KeptByProxy() => Volatile.Write(ref kept, Volatile.Read(ref started));

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
        Interlocked.Increment(ref started) == Volatile.Read(ref kept) + 1
            ? stream.WriteAsync(body, 0, body.Length, cancellationToken)
            : throw new InvalidOperationException("This request was already sent and is not sent again.");
}
