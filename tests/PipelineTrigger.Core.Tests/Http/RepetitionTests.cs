using System.Net;
using System.Net.Sockets;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Http;

public sealed class RepetitionTests
{
    private const int AllAttempts = 5;

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_read_that_could_not_be_answered_is_repeated(int status)
    {
        using var server = AnsweringFirst(RawAnswer.Of(status), RawAnswer.Of(200, "{}"));
        using var sender = new TestedSender(server.BaseUri);

        Assert.Equal(200, (await sender.ReadAsync()).StatusCode);
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData("closed before the answer")]
    [InlineData("cut off within the answer")]
    [InlineData("cut off within its head")]
    [InlineData("not HTTP")]
    public async Task A_read_that_got_no_whole_answer_is_repeated(string end)
    {
        using var server = AnsweringFirst(Broken(end), RawAnswer.Of(200, "{}"));
        using var sender = new TestedSender(server.BaseUri);

        Assert.Equal(200, (await sender.ReadAsync()).StatusCode);
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(410)]
    [InlineData(422)]
    public async Task A_read_that_was_answered_is_not_repeated(int status)
    {
        using var server = Always(RawAnswer.Of(status));
        using var sender = new TestedSender(server.BaseUri);

        Assert.Equal(status, (await sender.ReadAsync()).StatusCode);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_read_is_repeated_four_times_and_then_given_up()
    {
        using var server = Always(RawAnswer.Of(503));
        using var sender = new TestedSender(server.BaseUri);

        await sender.ReadAsync().FailsAsync(PipelineErrorId.VendorUnavailable);

        Assert.Equal(AllAttempts, server.Requests.Count);
    }

    [Fact]
    public async Task A_read_that_is_never_answered_is_given_up_after_its_time_out_and_repeated()
    {
        using var server = Silent();
        using var sender = new TestedSender(server.BaseUri, new SenderOptions());
        var began = sender.Clock.GetUtcNow();

        var error = await sender.ReadAsync().FailsAsync(PipelineErrorId.VendorUnavailable);

        Assert.Contains("no answer in time, 5 times", error.Message, StringComparison.Ordinal);
        Assert.True(sender.Clock.GetUtcNow() - began >= TimeSpan.FromSeconds(AllAttempts * 30));
    }

    [Fact]
    public async Task An_answer_that_stops_half_way_is_given_up_after_the_time_out_too()
    {
        using var server = new RawServer(_ => new RawAnswer(RawAnswer.Of(200, new string(' ', 5000)).Bytes.Take(1000).ToArray()));
        using var sender = new TestedSender(server.BaseUri, new SenderOptions());

        await sender.ReadAsync().FailsAsync(PipelineErrorId.VendorUnavailable);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task The_wait_that_the_vendor_asks_for_wins(int status)
    {
        using var server = AnsweringFirst(RawAnswer.Of(status, "", "Retry-After: 77"), RawAnswer.Of(200));
        using var sender = new TestedSender(server.BaseUri);
        var began = sender.Clock.GetUtcNow();

        await sender.ReadAsync();

        Assert.Equal(TimeSpan.FromSeconds(77), sender.Clock.GetUtcNow() - began);
    }

    [Fact]
    public async Task The_wait_may_be_a_date_on_the_vendors_own_clock()
    {
        using var server = AnsweringFirst(
            RawAnswer.Of(429, "", "Date: Sun, 22 Nov 2026 07:00:00 GMT", "Retry-After: Sun, 22 Nov 2026 07:01:30 GMT"),
            RawAnswer.Of(200)
        );
        using var sender = new TestedSender(server.BaseUri);
        var began = sender.Clock.GetUtcNow();

        await sender.ReadAsync();

        Assert.Equal(TimeSpan.FromSeconds(90), sender.Clock.GetUtcNow() - began);
    }

    [Theory]
    [InlineData("Retry-After: 0")]
    [InlineData("Retry-After: Sun, 06 Nov 1994 08:49:37 GMT")]
    public async Task A_wait_that_is_over_is_none(string header)
    {
        using var server = AnsweringFirst(RawAnswer.Of(429, "", header), RawAnswer.Of(200));
        using var sender = new TestedSender(server.BaseUri);
        var began = sender.Clock.GetUtcNow();

        await sender.ReadAsync();

        Assert.Equal(TimeSpan.Zero, sender.Clock.GetUtcNow() - began);
    }

    [Theory]
    [InlineData(429, PipelineErrorId.RateLimited)]
    [InlineData(503, PipelineErrorId.VendorUnavailable)]
    public async Task A_wait_that_is_too_long_for_a_call_is_left_to_the_caller(int status, string errorId)
    {
        using var server = Always(RawAnswer.Of(status, "", "Retry-After: 301"));
        using var sender = new TestedSender(server.BaseUri);

        var error = await sender.ReadAsync().FailsAsync(errorId);

        Assert.Equal(TimeSpan.FromSeconds(301), error.RetryAfter);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_trigger_that_was_put_off_is_sent_again_after_the_wait()
    {
        using var server = AnsweringFirst(RawAnswer.Of(429, "", "Retry-After: 7"), RawAnswer.Of(200));
        using var sender = new TestedSender(server.BaseUri);
        var began = sender.Clock.GetUtcNow();

        await sender.TriggerAsync();

        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(TimeSpan.FromSeconds(7), sender.Clock.GetUtcNow() - began);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_trigger_that_could_not_be_answered_is_not_sent_again(int status)
    {
        using var server = Always(RawAnswer.Of(status));
        using var sender = new TestedSender(server.BaseUri);

        await sender.TriggerAsync().FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("closed before the answer")]
    [InlineData("cut off within the answer")]
    [InlineData("cut off within its head")]
    [InlineData("not HTTP")]
    public async Task A_trigger_that_got_no_whole_answer_is_not_sent_again(string end)
    {
        using var server = Always(Broken(end));
        using var sender = new TestedSender(server.BaseUri);

        var error = await sender.TriggerAsync().FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.Contains("the trigger is not sent again", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_trigger_is_not_sent_again_on_a_kept_connection_that_died()
    {
        // The first call leaves a connection behind; the second finds it dead only after it was sent.
        using var server = new RawServer(request => request.Method == "GET" ? RawAnswer.Of(200) : RawAnswer.None);
        using var sender = new TestedSender(server.BaseUri);
        await sender.ReadAsync();

        await sender.TriggerAsync().FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.Single(server.Requests, r => r.Method == "POST");
    }

    [Fact]
    public async Task A_trigger_that_is_never_answered_is_given_up_after_its_time_out()
    {
        using var server = Silent();
        using var sender = new TestedSender(server.BaseUri, new SenderOptions());
        var trigger = sender.StartAsync(sender.Trigger(), TestContext.Current.CancellationToken);
        await Tenant.UntilAsync(() => Task.FromResult(server.Requests.Count == 1));

        sender.Clock.Advance(TimeSpan.FromSeconds(100));

        await trigger.FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_trigger_that_no_server_accepts_is_retried_and_then_fails_as_not_sent()
    {
        using var sender = new TestedSender(UnusedAddress());

        var error = await sender.TriggerAsync().FailsAsync(PipelineErrorId.VendorUnavailable);

        Assert.Contains("Nothing was sent, so no run was created", error.Message, StringComparison.Ordinal);
        Assert.Equal(AllAttempts, sender.Told.VerboseLines.Count(l => l.StartsWith("POST /trigger", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_trigger_to_a_name_that_does_not_resolve_was_not_sent()
    {
        using var sender = new TestedSender(new Uri("https://vendor.invalid"));

        var error = await sender.TriggerAsync().FailsAsync(PipelineErrorId.VendorUnavailable);

        Assert.Contains("Nothing was sent, so no run was created", error.Message, StringComparison.Ordinal);
    }

    private static RawServer Always(RawAnswer answer) => new(_ => answer);

    private static RawServer Silent() =>
        new(static async _ =>
        {
            await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
            return RawAnswer.None;
        });

    private static RawServer AnsweringFirst(RawAnswer first, RawAnswer then)
    {
        var calls = 0;
        return new(_ => Interlocked.Increment(ref calls) == 1 ? first : then);
    }

    private static RawAnswer Broken(string how)
    {
        var whole = RawAnswer.Of(200, new string(' ', 5000)).Bytes;
        return how switch
        {
            "closed before the answer" => RawAnswer.None,
            "cut off within the answer" => new(whole.Take(1000).ToArray(), ThenClose: true),
            "cut off within its head" => new(whole.Take(20).ToArray(), ThenClose: true),
            _ => new([.. "SSH-2.0-OpenSSH_9.2\r\n"u8], ThenClose: true),
        };
    }

    private static Uri UnusedAddress()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        return new($"http://127.0.0.1:{port}");
    }
}
