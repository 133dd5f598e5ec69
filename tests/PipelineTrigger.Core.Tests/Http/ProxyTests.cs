using System.Net;
using System.Text;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Http;

public sealed class ProxyTests
{
    private static readonly Uri Elsewhere = new("http://vendor.example:8080/base");

    // .NET Framework asks for the connection's end with each trigger, and must not go over it again.
    private static readonly RawAnswer Challenge = RawAnswer.Of(407, "", "Proxy-Authenticate: Basic realm=\"x\"", "Connection: close");

    [Fact]
    public async Task A_call_to_another_machine_goes_through_the_proxy()
    {
        using var proxy = new RawServer(_ => RawAnswer.Of(200, "{}"));
        using var sender = new TestedSender(Elsewhere, proxy: new(proxy.BaseUri));

        await sender.ReadAsync();

        Assert.Equal("http://vendor.example:8080/base/read", Assert.Single(proxy.Requests).Target);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task A_call_to_this_machine_never_does(string host)
    {
        using var proxy = new RawServer(_ => RawAnswer.Of(502));
        using var server = new RawServer(_ => RawAnswer.Of(200, "{}"));
        using var sender = new TestedSender(new UriBuilder(server.BaseUri) { Host = host }.Uri, proxy: new(proxy.BaseUri));

        Assert.Equal(200, (await sender.ReadAsync()).StatusCode);
        Assert.Equal(0, proxy.Connections);
    }

    [Fact]
    public async Task A_proxy_that_asks_for_a_credential_is_told_as_such_and_nothing_ran()
    {
        using var proxy = new RawServer(_ => RawAnswer.Of(407, "", "Proxy-Authenticate: Basic realm=\"x\""));
        using var sender = new TestedSender(Elsewhere, proxy: new(proxy.BaseUri));

        var error = await sender.TriggerAsync().FailsAsync(PipelineErrorId.VendorUnavailable);

        Assert.Contains("-ProxyCredential", error.Message, StringComparison.Ordinal);
        Assert.Contains("No run was created.", error.Message, StringComparison.Ordinal);
        Assert.Single(proxy.Requests);
    }

    [Fact]
    public async Task A_proxy_that_opens_no_way_to_an_https_address_means_that_nothing_was_sent()
    {
        using var proxy = new RawServer(_ => RawAnswer.Of(407, "", "Proxy-Authenticate: Basic realm=\"x\""));
        using var sender = new TestedSender(new Uri("https://vendor.example"), proxy: new(proxy.BaseUri));

        await sender.TriggerAsync().FailsAsync(PipelineErrorId.VendorUnavailable);

        Assert.All(proxy.Requests, r => Assert.Equal(("CONNECT", null), (r.Method, r.Header("X-Key"))));
    }

    [Fact]
    public async Task A_read_is_repeated_with_the_proxys_own_credential_when_it_asks_for_it()
    {
        using var proxy = new RawServer(request =>
            request.Header("Proxy-Authorization") is null
                ? RawAnswer.Of(407, "", "Proxy-Authenticate: Basic realm=\"x\"")
                : RawAnswer.Of(200, "{}")
        );
        using var sender = new TestedSender(Elsewhere, proxy: new(proxy.BaseUri, new NetworkCredential("user", "word")));

        Assert.Equal(200, (await sender.ReadAsync()).StatusCode);
        Assert.Equal(
            "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("user:word")),
            proxy.Requests[proxy.Requests.Count - 1].Header("Proxy-Authorization")
        );
    }

    [Fact]
    public async Task The_way_to_an_https_address_is_asked_for_with_the_proxys_own_credential()
    {
        using var proxy = new RawServer(request =>
            request.Header("Proxy-Authorization") is null
                ? RawAnswer.Of(407, "", "Proxy-Authenticate: Basic realm=\"x\"")
                : RawAnswer.Of(502)
        );
        using var sender = new TestedSender(
            new Uri("https://vendor.example"),
            proxy: new(proxy.BaseUri, new NetworkCredential("user", "word"))
        );

        await Assert.ThrowsAsync<PipelineException>(() => sender.TriggerAsync());

        Assert.Equal(
            "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("user:word")),
            proxy.Requests[proxy.Requests.Count - 1].Header("Proxy-Authorization")
        );
        Assert.All(proxy.Requests, r => Assert.Equal("CONNECT", r.Method));
    }

    [Fact]
    public async Task A_trigger_over_plain_http_whose_credential_the_proxy_refuses_was_not_created()
    {
        using var proxy = new RawServer(_ => Challenge);
        using var sender = new TestedSender(Elsewhere, proxy: new(proxy.BaseUri, new NetworkCredential("user", "word")));

        var error = await sender.TriggerAsync().FailsAsync(PipelineErrorId.VendorUnavailable);

        Assert.Contains("-ProxyCredential", error.Message, StringComparison.Ordinal);
        Assert.Contains("No run was created.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plain_http_trigger_the_proxy_rejected_is_resent_with_the_proxys_credential()
    {
        using var proxy = new RawServer(request => request.Header("Proxy-Authorization") is null ? Challenge : RawAnswer.Of(200, "{}"));
        using var sender = new TestedSender(Elsewhere, proxy: new(proxy.BaseUri, new NetworkCredential("user", "word")));

        Assert.Equal(200, (await sender.TriggerAsync()).StatusCode);
        Assert.Equal("{}", Assert.Single(proxy.Requests, r => r.Header("Proxy-Authorization") is not null).Body);
    }

    [Fact]
    public async Task A_trigger_that_the_proxy_passed_on_is_not_sent_twice_when_its_answer_is_lost()
    {
        using var proxy = new RawServer(request => request.Header("Proxy-Authorization") is null ? Challenge : RawAnswer.None);
        using var sender = new TestedSender(Elsewhere, proxy: new(proxy.BaseUri, new NetworkCredential("user", "word")));

        await sender.TriggerAsync().FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.Single(proxy.Requests, r => r.Header("Proxy-Authorization") is not null);
    }

    [Fact]
    public void A_proxy_is_given_its_own_credential_or_the_signed_in_users()
    {
        var own = new NetworkCredential("user", "word");

        Assert.Same(own, new ProxyChoice(Elsewhere, own).ToWebProxy().Credentials);
        Assert.Same(CredentialCache.DefaultCredentials, new ProxyChoice(Elsewhere, UseDefaultCredentials: true).ToWebProxy().Credentials);
        Assert.Null(new ProxyChoice(Elsewhere).ToWebProxy().Credentials);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/", true)]
    [InlineData("http://localhost/", true)]
    [InlineData("http://[::1]/", true)]
    [InlineData("https://vendor.example/", false)]
    [InlineData("http://10.0.0.1/", false)]
    public void Only_this_machine_is_spared_by_a_given_proxy(string address, bool spared)
    {
        var proxy = new ProxyChoice(Elsewhere).ToWebProxy();

        Assert.Equal(spared, proxy.IsBypassed(new Uri(address)));
        Assert.Equal(spared ? null : Elsewhere, proxy.GetProxy(new Uri(address)));
    }
}
