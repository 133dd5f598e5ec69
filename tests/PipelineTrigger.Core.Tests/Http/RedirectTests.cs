using System.Net.Http;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Core.Tests.Http;

public sealed class RedirectTests
{
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_read_is_followed_within_its_origin(int status)
    {
        using var server = new RawServer(request =>
            request.Target == "/there?x=1" ? RawAnswer.Of(200, "{}") : RawAnswer.Of(status, "", "Location: /there?x=1")
        );
        using var sender = new TestedSender(server.BaseUri);

        Assert.Equal(200, (await sender.ReadAsync()).StatusCode);
        Assert.Equal(["/read", "/there?x=1"], server.Requests.Select(r => r.Target));
        Assert.Equal(TestedSender.Secret, server.Requests[1].Header("X-Key"));
    }

    [Theory]
    [InlineData(302)]
    [InlineData(308)]
    public async Task A_read_is_not_followed_to_another_origin_because_its_credentials_go_along(int status)
    {
        using var other = new RawServer(_ => RawAnswer.Of(200));
        using var server = new RawServer(_ => RawAnswer.Of(status, "", $"Location: {other.BaseUri}read"));
        using var sender = new TestedSender(server.BaseUri);

        var error = await sender.ReadAsync().FailsAsync(PipelineErrorId.InvalidResponse);

        Assert.Contains("The redirect was not followed", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, other.Connections);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_read_that_is_sent_in_a_circle_ends()
    {
        using var server = new RawServer(_ => RawAnswer.Of(302, "", "Location: /read"));
        using var sender = new TestedSender(server.BaseUri);

        await sender.ReadAsync().FailsAsync(PipelineErrorId.InvalidResponse);

        Assert.Equal(6, server.Requests.Count);
    }

    [Theory]
    [InlineData("POST", 302)]
    [InlineData("POST", 307)]
    [InlineData("PUT", 302)]
    [InlineData("PUT", 308)]
    [InlineData("PATCH", 301)]
    [InlineData("PATCH", 307)]
    public async Task A_change_is_never_followed(string method, int status)
    {
        using var server = new RawServer(_ => RawAnswer.Of(status, "", "Location: /there"));
        using var sender = new TestedSender(server.BaseUri);

        await sender.ReadAsync("/change", new HttpMethod(method), "{}").FailsAsync(PipelineErrorId.InvalidResponse);

        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(301, PipelineErrorId.TriggerRejected)]
    [InlineData(302, PipelineErrorId.TriggerOutcomeUnknown)]
    [InlineData(303, PipelineErrorId.TriggerOutcomeUnknown)]
    [InlineData(304, PipelineErrorId.TriggerOutcomeUnknown)]
    [InlineData(307, PipelineErrorId.TriggerRejected)]
    [InlineData(308, PipelineErrorId.TriggerRejected)]
    public async Task A_trigger_is_never_followed_and_known_not_to_have_run_only_if_the_status_says_so(int status, string errorId)
    {
        using var server = new RawServer(_ => RawAnswer.Of(status, "", "Location: /there"));
        using var sender = new TestedSender(server.BaseUri);

        var error = await sender.TriggerAsync().FailsAsync(errorId);

        Assert.Contains("The redirect was not followed", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_redirect_is_told_without_the_query_of_its_target()
    {
        using var server = new RawServer(_ => RawAnswer.Of(302, "", "Location: https://login.example/start?ticket=abcdef"));
        using var sender = new TestedSender(server.BaseUri);

        var error = await sender.ReadAsync().FailsAsync(PipelineErrorId.InvalidResponse);

        Assert.Contains("https://login.example/start.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("abcdef", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_to_nowhere_is_an_error()
    {
        using var server = new RawServer(_ => RawAnswer.Of(302));
        using var sender = new TestedSender(server.BaseUri);

        await sender.ReadAsync().FailsAsync(PipelineErrorId.InvalidResponse);
    }
}
