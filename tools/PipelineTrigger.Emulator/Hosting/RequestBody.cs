using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace PipelineTrigger.Emulator.Hosting;

internal static class RequestBody
{
    public static ValueTask<byte[]> ReadAsync(HttpRequest request, CancellationToken cancellationToken) =>
        request.ContentLength is null or 0 && request.Headers.TransferEncoding.Count == 0
            ? new([])
            : ReadToEndAsync(request, cancellationToken);

    private static async ValueTask<byte[]> ReadToEndAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }
            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
