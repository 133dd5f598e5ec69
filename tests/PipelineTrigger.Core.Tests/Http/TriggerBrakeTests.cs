using System.Collections.Concurrent;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Http;

public sealed class TriggerBrakeTests
{
    [Fact]
    public async Task All_triggers_of_a_connection_wait_when_one_was_put_off_and_reads_do_not()
    {
        TestedSender? sender = null;
        DateTimeOffset began = default;
        var arrivals = new ConcurrentQueue<(string Method, double Seconds)>();
        using var server = new RawServer(request =>
        {
            arrivals.Enqueue((request.Method, (sender!.Clock.GetUtcNow() - began).TotalSeconds));
            return arrivals.Count == 1 ? RawAnswer.Of(429, "", "Retry-After: 60") : RawAnswer.Of(200, "{}");
        });
        using var sending = sender = new TestedSender(server.BaseUri);
        began = sender.Clock.GetUtcNow();
        var first = sender.StartAsync(sender.Trigger(), TestContext.Current.CancellationToken);
        await Tenant.UntilAsync(() =>
            Task.FromResult(sender.Told.VerboseLines.Any(l => l.StartsWith("Retrying", StringComparison.Ordinal)))
        );

        var others = Enumerable
            .Range(0, 5)
            .Select(_ => sender.StartAsync(sender.Trigger(), TestContext.Current.CancellationToken))
            .ToList();
        await sender.StartAsync(sender.Request(System.Net.Http.HttpMethod.Get, "/read"), TestContext.Current.CancellationToken);
        await sender.Clock.RunAsync(Task.WhenAll(others.Append(first)));

        Assert.Equal([("POST", 0), ("GET", 0), .. Enumerable.Repeat(("POST", 60.0), 6)], arrivals);
    }
}
