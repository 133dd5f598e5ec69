using Polly;
using Polly.Retry;

namespace PipelineTrigger.Core.Http;

/// <summary>The retry policy: which failed calls are retried, and when.</summary>
internal static class Resilience
{
    private static readonly ResiliencePropertyKey<VendorRequest> RequestKey = new("request");
    private static readonly ResiliencePropertyKey<IOperationObserver> ObserverKey = new("observer");

    /// <summary>Creates the resilience pipeline for all calls.</summary>
    public static ResiliencePipeline<VendorAnswer> Create(SenderOptions options) =>
        new ResiliencePipelineBuilder<VendorAnswer> { TimeProvider = options.Time }
            .AddRetry(
                new RetryStrategyOptions<VendorAnswer>
                {
                    MaxRetryAttempts = options.Retries,
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    Delay = options.RetryDelay,
                    MaxDelay = options.MaxRetryDelay,
                    ShouldHandle = args => new(ShouldRetry(Request(args.Context), args.Outcome, options)),
                    DelayGenerator = static args => new(args.Outcome.Result?.RetryAfter),
                    OnRetry = static args =>
                    {
                        Observer(args.Context).Verbose($"Retrying in {args.RetryDelay.TotalSeconds:0.#} s: {Reason(args.Outcome)}.");
                        return default;
                    },
                }
            )
            .Build();

    /// <summary>A context with the request and the observer.</summary>
    public static ResilienceContext Context(VendorRequest request, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(RequestKey, request);
        context.Properties.Set(ObserverKey, observer);
        return context;
    }

    /// <summary>Whether the call may be sent again after this outcome.</summary>
    public static bool ShouldRetry(VendorRequest request, Outcome<VendorAnswer> outcome, SenderOptions options) =>
        outcome switch
        {
            { Exception: SendFailure { IsLasting: true } } => false,
            { Exception: SendFailure { Kind: SendFailureKind.NotSent } } => true,
            { Exception: SendFailure { Kind: SendFailureKind.NoAnswer } } => request.Kind == RequestKind.Repeatable,
            { Result: { } answer } => answer.RetryAfter.GetValueOrDefault() <= options.MaxRetryAfter && MayRetry(request, answer),
            _ => false,
        };

    private static bool MayRetry(VendorRequest request, VendorAnswer answer) =>
        answer.StatusCode == 429
        || request.Judge(answer) switch
        {
            AnswerMeaning.NothingRan => true,
            AnswerMeaning.Refused => false,
            _ => request.Kind == RequestKind.Repeatable && answer.StatusCode is (408 or >= 500),
        };

    private static string Reason(Outcome<VendorAnswer> outcome) => outcome.Exception?.Message ?? $"answered {outcome.Result!.StatusCode}";

    private static VendorRequest Request(ResilienceContext context) => context.Properties.GetValue(RequestKey, null!);

    private static IOperationObserver Observer(ResilienceContext context) => context.Properties.GetValue(ObserverKey, null!);
}
