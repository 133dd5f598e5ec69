#if NET
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Tests.Doubles;

namespace PipelineTrigger.Core.Tests.Http;

public sealed class TlsVersionTests
{
    private const ushort SupportedVersions = 43;
    private const ushort Tls12 = 0x0303;
    private const ushort Tls13 = 0x0304;

    [Fact]
    public async Task Nothing_older_than_TLS_1_2_is_offered()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var sender = new TestedSender(
            new Uri($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"),
            new SenderOptions { Retries = 1 }
        );
        var read = sender.ReadAsync();

        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var offered = Offered(await HelloAsync(client.GetStream()));
        listener.Stop();
        client.Dispose();
        await Assert.ThrowsAsync<PipelineException>(() => read);

        Assert.NotEmpty(offered);
        Assert.All(offered, version => Assert.Contains(version, new[] { Tls12, Tls13 }));
    }

    private static async Task<byte[]> HelloAsync(NetworkStream stream)
    {
        var head = new byte[5];
        await stream.ReadExactlyAsync(head, TestContext.Current.CancellationToken);
        var record = new byte[BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(3))];
        await stream.ReadExactlyAsync(record, TestContext.Current.CancellationToken);
        return record;
    }

    // A ClientHello: type and length (4), version (2), random (32), session id, cipher suites, compressions, extensions.
    private static List<ushort> Offered(byte[] hello)
    {
        var at = 4 + 2 + 32;
        at += 1 + hello[at];
        at += 2 + Number(at);
        at += 1 + hello[at];
        for (at += 2; at < hello.Length; at += 4 + Number(at + 2))
        {
            if (Number(at) == SupportedVersions)
            {
                return [.. Enumerable.Range(0, hello[at + 4] / 2).Select(i => Number(at + 5 + (2 * i)))];
            }
        }

        return [Number(4)];

        ushort Number(int index) => BinaryPrimitives.ReadUInt16BigEndian(hello.AsSpan(index));
    }
}
#endif
