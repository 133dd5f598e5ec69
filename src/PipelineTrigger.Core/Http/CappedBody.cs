using System.Net.Http;

namespace PipelineTrigger.Core.Http;

/// <summary>Reads an answer up to a maximum size.</summary>
internal static class CappedBody
{
    /// <summary>The whole body, decompressed.</summary>
    /// <exception cref="SendFailure">The body is larger than <paramref name="cap"/> bytes.</exception>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, int cap, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > cap)
        {
            throw TooLarge(cap);
        }

        // Streams of .NET Framework ignore the token; disposing the response ends the read.
        using var abort = cancellationToken.Register(response.Dispose);
#if NET
        using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
#else
        using var stream = await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
#endif
        using var body = new MemoryStream((int)(response.Content.Headers.ContentLength ?? 1024));
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadSomeAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (body.Length + read > cap)
            {
                throw TooLarge(cap);
            }

            body.Write(buffer, 0, read);
        }

        if (response.Content.Headers.ContentLength is { } announced && body.Length < announced)
        {
            throw new IOException("the answer was cut off");
        }

        return body.ToArray();
    }

#if NET
    private static ValueTask<int> ReadSomeAsync(this Stream stream, byte[] buffer, CancellationToken cancellationToken) =>
        stream.ReadAsync(buffer, cancellationToken);
#else
    private static Task<int> ReadSomeAsync(this Stream stream, byte[] buffer, CancellationToken cancellationToken) =>
        stream.ReadAsync(buffer, 0, buffer.Length, cancellationToken);
#endif

    private static SendFailure TooLarge(int cap) => new(SendFailureKind.TooLarge, $"the answer is larger than {cap / (1024 * 1024)} MiB");
}
