using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;

namespace PipelineTrigger.Emulator.Proxying;

/// <summary>Takes HTTP/1.1 messages off a stream one by one, byte for byte.</summary>
internal sealed class MessageReader(Stream stream)
{
    private const long ToTheEnd = long.MaxValue;

    private readonly PipeReader pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

    /// <summary>Null when the stream ends before a whole head.</summary>
    public async Task<MessageHead?> ReadHeadAsync(CancellationToken cancellationToken) =>
        await ReadPastAsync("\r\n\r\n"u8.ToArray(), cancellationToken) is { } raw ? new MessageHead(raw) : null;

    /// <summary>The body in the pieces that arrive. A body without any length lasts until the end of the stream, if it may.</summary>
    public async IAsyncEnumerable<byte[]> ReadBodyAsync(
        MessageHead head,
        bool mayLastToEnd,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (!head.IsChunked)
        {
            await foreach (var piece in ReadBytesAsync(head.ContentLength ?? (mayLastToEnd ? ToTheEnd : 0), cancellationToken))
            {
                yield return piece;
            }
            yield break;
        }
        while (true)
        {
            var line = await ReadPastAsync("\r\n"u8.ToArray(), cancellationToken) ?? throw new EndOfStreamException();
            yield return line;
            var size = long.Parse(
                Encoding.Latin1.GetString(line).Split(';', '\r')[0],
                NumberStyles.HexNumber,
                CultureInfo.InvariantCulture
            );
            if (size == 0)
            {
                break;
            }
            await foreach (var piece in ReadBytesAsync(size + 2, cancellationToken))
            {
                yield return piece;
            }
        }
        byte[] trailer;
        do
        {
            trailer = await ReadPastAsync("\r\n"u8.ToArray(), cancellationToken) ?? throw new EndOfStreamException();
            yield return trailer;
        } while (trailer.Length > 2);
    }

    private async IAsyncEnumerable<byte[]> ReadBytesAsync(long count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isOpenEnded = count == ToTheEnd;
        while (count > 0)
        {
            var read = await pipe.ReadAsync(cancellationToken);
            var taken = read.Buffer.Slice(0, Math.Min(count, read.Buffer.Length));
            var piece = taken.ToArray();
            pipe.AdvanceTo(taken.End);
            count -= piece.Length;
            if (piece.Length > 0)
            {
                yield return piece;
            }
            else if (read.IsCompleted)
            {
                if (isOpenEnded)
                {
                    yield break;
                }
                throw new EndOfStreamException();
            }
        }
    }

    private async Task<byte[]?> ReadPastAsync(byte[] delimiter, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await pipe.ReadAsync(cancellationToken);
            if (TryTake(read.Buffer, delimiter, out var taken))
            {
                return taken;
            }
            pipe.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                return null;
            }
        }
    }

    private bool TryTake(ReadOnlySequence<byte> buffer, byte[] delimiter, out byte[] taken)
    {
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> _, delimiter, advancePastDelimiter: true))
        {
            taken = [];
            return false;
        }
        taken = buffer.Slice(0, reader.Position).ToArray();
        pipe.AdvanceTo(reader.Position);
        return true;
    }
}
