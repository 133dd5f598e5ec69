using System.Security.Cryptography.X509Certificates;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Http;

public sealed class CertificateTests
{
    [Fact]
    public async Task Nothing_is_sent_or_retried_when_a_certificate_is_not_trusted()
    {
        using var certificate = SelfSigned();
        using var server = new RawServer(_ => RawAnswer.Of(200, "{}"), certificate);
        using var sender = new TestedSender(server.BaseUri);

        var error = await sender.TriggerAsync().FailsAsync(PipelineErrorId.VendorUnavailable);

        Assert.Contains("Nothing was sent, so no run was created", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_read_is_not_repeated_either()
    {
        using var certificate = SelfSigned();
        using var server = new RawServer(_ => RawAnswer.Of(200, "{}"), certificate);
        using var sender = new TestedSender(server.BaseUri);

        await sender.ReadAsync().FailsAsync(PipelineErrorId.VendorUnavailable);

        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_the_handshake_gets_nothing()
    {
        using var server = new RawServer(_ => RawAnswer.Of(200, "{}"));
        using var sender = new TestedSender(new UriBuilder(server.BaseUri) { Scheme = "https" }.Uri, new SenderOptions());

        await sender.TriggerAsync().FailsAsync(PipelineErrorId.VendorUnavailable);

        Assert.Empty(server.Requests);
    }

    // Made once with openssl, because Mono cannot make one: CN=127.0.0.1, valid for a hundred years, not trusted by any machine.
    private static X509Certificate2 SelfSigned()
    {
        using var resource = typeof(CertificateTests).Assembly.GetManifestResourceStream("self-signed.pfx")!;
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
#if NET
        return X509CertificateLoader.LoadPkcs12(bytes.ToArray(), "");
#else
        return new X509Certificate2(bytes.ToArray(), "");
#endif
    }
}
