using System.Net.Http;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Core.Tests.Http;

/// <summary>What a request looks like on the wire, and what is told of it.</summary>
public sealed class RequestTests : IDisposable
{
    private readonly RawServer server = new(static request =>
        request.Target == "/failing" ? RawAnswer.Of(503, "", "Retry-After: 2") : RawAnswer.Of(200, "{}", "Set-Cookie: session=1")
    );
    private readonly TestedSender sender;

    public RequestTests() => sender = new(server.BaseUri);

    public void Dispose()
    {
        sender.Dispose();
        server.Dispose();
    }

    [Fact]
    public async Task A_request_says_who_sends_it_and_what_it_takes()
    {
        await sender.ReadAsync();

        var request = Assert.Single(server.Requests);
        Assert.Matches(@"^PipelineTrigger/\d+\.\d+\.\d+ \([^();]+; [^();]+\)$", request.Header("User-Agent"));
        Assert.Equal("application/json", request.Header("Accept"));
        Assert.Equal(TestedSender.Secret, request.Header("X-Key"));
    }

    [Fact]
    public async Task A_body_is_JSON_and_says_so_with_nothing_added()
    {
        await sender.ReadAsync("/change", HttpMethod.Put, """{"a":"ü"}""");

        var request = Assert.Single(server.Requests);
        Assert.Equal(
            ("application/json", "10", """{"a":"ü"}"""),
            (request.Header("Content-Type"), request.Header("Content-Length"), request.Body)
        );
    }

    [Fact]
    public async Task A_trigger_is_sent_at_once_without_asking_whether_it_may()
    {
        await sender.TriggerAsync();

        Assert.Null(Assert.Single(server.Requests).Header("Expect"));
    }

#if NETFRAMEWORK
    [Fact]
    public async Task Each_trigger_has_its_own_connection_because_this_transport_resends_a_lost_POST()
    {
        await sender.ReadAsync();
        await sender.ReadAsync();
        Assert.Equal(1, server.Connections);

        await sender.TriggerAsync();
        await sender.TriggerAsync();

        Assert.Equal(3, server.Connections);
        Assert.All(server.Requests.Skip(2), trigger => Assert.Equal("close", trigger.Header("Connection"), ignoreCase: true));
    }
#endif

    [Fact]
    public async Task No_cookie_is_kept()
    {
        await sender.ReadAsync();
        await sender.ReadAsync();

        Assert.Null(server.Requests[1].Header("Cookie"));
    }

    [Fact]
    public async Task A_verbose_line_has_method_path_status_duration_and_attempt()
    {
        await sender.ReadAsync("/read?key=value");

        Assert.Equal(["GET /read: 200 in 0 ms (attempt 1)"], sender.Told.VerboseLines);
    }

    [Fact]
    public async Task Each_attempt_and_each_wait_has_its_line()
    {
        await sender.ReadAsync("/failing").FailsAsync(PipelineErrorId.VendorUnavailable);

        Assert.Equal(
            Enumerable
                .Range(1, 5)
                .SelectMany(i => new[] { $"GET /failing: 503 in 0 ms (attempt {i})", "Retrying in 2 s: answered 503." })
                .Take(9),
            sender.Told.VerboseLines
        );
    }

    [Fact]
    public async Task A_secret_in_a_path_is_not_told()
    {
        await sender.ReadAsync("/pipeline_runs/" + TestedSender.Secret);

        Assert.Contains("GET /pipeline_runs/***: 200", Assert.Single(sender.Told.VerboseLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_attempt_without_an_answer_says_why()
    {
        server.Dispose();

        await sender.ReadAsync().FailsAsync(PipelineErrorId.VendorUnavailable);

        Assert.Matches(@"^GET /read: .+ in \d+ ms \(attempt 1\)$", sender.Told.VerboseLines[0]);
    }
}
