using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Http;

public sealed class EndpointUriTests
{
    [Theory]
    [InlineData("https://app.prophecy.io", "https://app.prophecy.io/")]
    [InlineData("https://mage.example.com:6789/base/", "https://mage.example.com:6789/base")]
    [InlineData("http://localhost:6789", "http://localhost:6789/")]
    [InlineData("http://127.0.0.1:6789/", "http://127.0.0.1:6789/")]
    [InlineData("http://127.8.8.8", "http://127.8.8.8/")]
    [InlineData("http://[::1]:6789", "http://[::1]:6789/")]
    public void An_address_that_a_secret_may_go_to_is_taken_without_its_last_slash(string given, string taken) =>
        Assert.Equal(taken, EndpointUri.Check(new Uri(given), allowInsecure: false).AbsoluteUri);

    [Theory]
    [InlineData("http://mage.example.com")]
    [InlineData("http://10.0.0.1:6789")]
    [InlineData("http://localhost.example.com")]
    [InlineData("http://127.0.0.1.example.com")]
    public void Plain_http_to_another_machine_must_be_allowed(string address)
    {
        var check = () =>
        {
            EndpointUri.Check(new Uri(address), allowInsecure: false);
        };

        Assert.Contains("-AllowInsecure", check.Fails(PipelineErrorId.InsecureEndpoint).Message, StringComparison.Ordinal);
        Assert.Equal(new Uri(address), EndpointUri.Check(new Uri(address), allowInsecure: true));
    }

    [Theory]
    [InlineData("ftp://mage.example.com")]
    [InlineData("file:///etc/passwd")]
    [InlineData("mage.example.com/path")]
    [InlineData("https://user:s3cr3t@mage.example.com")]
    [InlineData("https://user@mage.example.com")]
    [InlineData("https://mage.example.com?api_key=s3cr3t")]
    [InlineData("https://mage.example.com/#s3cr3t")]
    [InlineData("mage.example.com?api_key=s3cr3t")]
    [InlineData("ftp://user:s3cr3t@mage.example.com")]
    [InlineData("mage.example.com?mail=a@b&api_key=s3cr3t")]
    public void An_address_that_is_none_is_refused_even_if_it_may_be_insecure(string address)
    {
        var check = () =>
        {
            EndpointUri.Check(new Uri(address, UriKind.RelativeOrAbsolute), allowInsecure: true);
        };

        Assert.DoesNotContain("s3cr3t", check.Fails(PipelineErrorId.InvalidInput).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://h.example", "/api/x?y=%2F", "https://h.example/api/x?y=%2F")]
    [InlineData("https://h.example/base/", "/api/a%2Fb", "https://h.example/base/api/a%2Fb")]
    public void A_path_stands_below_the_addresss_own(string baseUri, string path, string whole) =>
        Assert.Equal(whole, EndpointUri.Below(new Uri(baseUri), path).AbsoluteUri);

    [Theory]
    [InlineData("https://h.example/a", "https://H.EXAMPLE:443/b", true)]
    [InlineData("https://h.example", "http://h.example", false)]
    [InlineData("https://h.example", "https://h.example:8443", false)]
    [InlineData("https://h.example", "https://www.h.example", false)]
    public void An_origin_is_scheme_host_and_port(string one, string other, bool same) =>
        Assert.Equal(same, EndpointUri.SameOrigin(new Uri(one), new Uri(other)));

    [Theory]
    [InlineData("https://h.example/base", "https://H.example/base/", true)]
    [InlineData("https://h.example/base", "https://h.example", false)]
    [InlineData("https://h.example", null, false)]
    public void Two_texts_may_name_one_installation(string one, string? other, bool same) =>
        Assert.Equal(same, EndpointUri.SameBase(one, other));
}
