using System.IO.Compression;
using System.Text;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Http;

public sealed class AnswerCapTests(EmulatorProcess emulator)
{
    private const int HundredMegabytes = 100_000_000;

    [Fact]
    public async Task An_answer_of_a_hundred_megabytes_is_not_read()
    {
        var tenant = emulator.NewTenant();
        await tenant.FaultAsync(
            new
            {
                vendor = "prophecy",
                operation = "status",
                status = 200,
                bodyBytes = HundredMegabytes,
                count = -1,
            }
        );
        using var connection = tenant.Connect(PipelineVendor.Prophecy);

        var error = await connection.ReadAsync("r").FailsAsync(PipelineErrorId.InvalidResponse);

        Assert.Contains("larger than 8 MiB", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await tenant.CallsAsync("prophecy", "status"));
    }

    [Fact]
    public async Task A_trigger_with_such_an_answer_has_an_unknown_outcome_and_is_not_sent_again()
    {
        var tenant = emulator.NewTenant();
        await tenant.FaultAsync(
            new
            {
                vendor = "prophecy",
                operation = "trigger",
                status = 200,
                bodyBytes = HundredMegabytes,
                count = -1,
            }
        );
        using var connection = tenant.Connect(PipelineVendor.Prophecy);

        await connection.TriggerAsync().FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.Equal(1, await tenant.CallsAsync("prophecy", "trigger"));
    }

    [Theory]
    [InlineData("announced")]
    [InlineData("in chunks")]
    [InlineData("to the end of the connection")]
    [InlineData("compressed")]
    public async Task An_answer_is_read_up_to_the_cap_however_it_comes(string how)
    {
        const int Cap = 1024 * 1024;
        using var server = new RawServer(request => Answer(how, request.Target == "/most" ? Cap : Cap + 1));
        using var sender = new TestedSender(server.BaseUri, Connected.Patient with { MaxAnswerBytes = Cap });

        Assert.Equal(Cap, (await sender.ReadAsync("/most")).Body.Length);
        await sender.ReadAsync("/more").FailsAsync(PipelineErrorId.InvalidResponse);
    }

    private static RawAnswer Answer(string how, int length)
    {
        var body = new byte[length];
        return how switch
        {
            "announced" => RawAnswer.Of(200, body),
            "in chunks" => Head(
                "Transfer-Encoding: chunked",
                [.. Encoding.ASCII.GetBytes($"{length:x}\r\n"), .. body, .. "\r\n0\r\n\r\n"u8]
            ),
            "compressed" => RawAnswer.Of(200, Compressed(body), "Content-Encoding: gzip"),
            _ => Head("Connection: close", body) with { ThenClose = true },
        };
    }

    private static RawAnswer Head(string header, byte[] body) =>
        new([.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{header}\r\n\r\n"), .. body]);

    private static byte[] Compressed(byte[] body)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal))
        {
            gzip.Write(body, 0, body.Length);
        }

        return buffer.ToArray();
    }
}
