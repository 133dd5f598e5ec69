using System.Net.Http;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Tests.Doubles;
using Polly;
using Polly.Retry;
using Polly.Testing;

namespace PipelineTrigger.Core.Tests.Http;

public sealed class ResilienceTests
{
    private static readonly SenderOptions Options = new() { Time = new ManualClock() };

    [Fact]
    public void A_call_goes_through_repetition_alone()
    {
        var pipeline = Resilience.Create(Options).GetPipelineDescriptor();

        var retry = Assert.IsType<RetryStrategyOptions<VendorAnswer>>(Assert.Single(pipeline.Strategies).Options);
        Assert.Equal(
            (4, DelayBackoffType.Exponential, true, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(10)),
            (retry.MaxRetryAttempts, retry.BackoffType, retry.UseJitter, retry.Delay, retry.MaxDelay)
        );
    }

    [Theory]
    [InlineData("not sent", true, true)]
    [InlineData("not sent, lasting", false, false)]
    [InlineData("no answer", true, false)]
    [InlineData("too large", false, false)]
    [InlineData("defect", false, false)]
    public void A_failure_is_repeated_only_if_that_cannot_make_a_second_run(string failure, bool ofRead, bool ofTrigger)
    {
        Exception exception = failure switch
        {
            "not sent" => new SendFailure(SendFailureKind.NotSent, "refused"),
            "not sent, lasting" => new SendFailure(SendFailureKind.NotSent, "certificate", isLasting: true),
            "no answer" => new SendFailure(SendFailureKind.NoAnswer, "reset"),
            "too large" => new SendFailure(SendFailureKind.TooLarge, "large"),
            _ => new InvalidOperationException(),
        };

        Assert.Equal((ofRead, ofTrigger), Decide(Outcome.FromException<VendorAnswer>(exception)));
    }

    [Theory]
    [InlineData(200, false, false)]
    [InlineData(301, false, false)]
    [InlineData(400, false, false)]
    [InlineData(401, false, false)]
    [InlineData(403, false, false)]
    [InlineData(404, false, false)]
    [InlineData(407, false, false)]
    [InlineData(408, true, false)]
    [InlineData(409, false, false)]
    [InlineData(429, true, true)]
    [InlineData(500, true, false)]
    [InlineData(502, true, false)]
    [InlineData(503, true, false)]
    [InlineData(504, true, false)]
    [InlineData(599, true, false)]
    public void An_answer_is_repeated_by_its_status(int status, bool ofRead, bool ofTrigger) =>
        Assert.Equal((ofRead, ofTrigger), Decide(Outcome.FromResult(new VendorAnswer(status, []))));

    [Theory]
    [InlineData((int)AnswerMeaning.NothingRan, 500, true, true)]
    [InlineData((int)AnswerMeaning.NothingRan, 200, true, true)]
    [InlineData((int)AnswerMeaning.Refused, 503, false, false)]
    [InlineData((int)AnswerMeaning.Unclear, 503, true, false)]
    [InlineData((int)AnswerMeaning.Unclear, 400, false, false)]
    public void The_vendors_own_meaning_of_an_answer_comes_first(int meaning, int status, bool ofRead, bool ofTrigger) =>
        Assert.Equal((ofRead, ofTrigger), Decide(Outcome.FromResult(new VendorAnswer(status, [])), (AnswerMeaning)meaning));

    [Theory]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public void An_answer_that_asks_for_more_patience_than_a_call_has_is_not_repeated(int seconds, bool repeated) =>
        Assert.Equal(
            (repeated, repeated),
            Decide(Outcome.FromResult(new VendorAnswer(429, []) { RetryAfter = TimeSpan.FromSeconds(seconds) }))
        );

    private static (bool OfRead, bool OfTrigger) Decide(Outcome<VendorAnswer> outcome, AnswerMeaning meaning = AnswerMeaning.ByStatus)
    {
        var read = new VendorRequest(HttpMethod.Get, "/", new FixedAuthorization(new Uri("https://vendor.example")))
        {
            Judge = _ => meaning,
        };
        return (
            Resilience.ShouldRetry(read, outcome, Options),
            Resilience.ShouldRetry(read with { Kind = RequestKind.Trigger }, outcome, Options)
        );
    }
}
