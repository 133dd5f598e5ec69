using Polly;
using Polly.Retry;

namespace PipelineTrigger.Core.Http;

/// <summary>Which failed calls are repeated, and when: the first two rules of the product, in one place.</summary>
internal static class Resilience
{
    private static readonly ResiliencePropertyKey<VendorRequest> RequestKey = new("request");
    private static readonly ResiliencePropertyKey<IOperationObserver> ObserverKey = new("observer");

    /// <summary>The pipeline every call goes through.</summary>
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
                    ShouldHandle = args => new(ShouldRepeat(Request(args.Context), args.Outcome, options)),
                    DelayGenerator = static args => new(args.Outcome.Result?.RetryAfter),
                    OnRetry = static args =>
                    {
                        Observer(args.Context).Verbose($"Repeating in {args.RetryDelay.TotalSeconds:0.#} s: {Reason(args.Outcome)}.");
                        return default;
                    },
                }
            )
            .Build();

    /// <summary>A context that carries what the pipeline decides by.</summary>
    public static ResilienceContext Context(VendorRequest request, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(RequestKey, request);
        context.Properties.Set(ObserverKey, observer);
        return context;
    }

    /// <summary>Whether the call may be sent again after this outcome.</summary>
    public static bool ShouldRepeat(VendorRequest request, Outcome<VendorAnswer> outcome, SenderOptions options) =>
        outcome switch
        {
            { Exception: SendFailure { IsLasting: true } } => false,
            { Exception: SendFailure { Kind: SendFailureKind.NotSent } } => true,
            { Exception: SendFailure { Kind: SendFailureKind.NoAnswer } } => request.Kind == RequestKind.Repeatable,
            { Result: { } answer } => answer.RetryAfter.GetValueOrDefault() <= options.MaxRetryAfter && MayRepeat(request, answer),
            _ => false,
        };

    private static bool MayRepeat(VendorRequest request, VendorAnswer answer) =>
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
