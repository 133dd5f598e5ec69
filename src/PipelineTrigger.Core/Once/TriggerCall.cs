using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Once;

/// <summary>One call to trigger: what is triggered, how it is kept from happening twice, and where progress is reported.</summary>
internal sealed record TriggerCall(TriggerRequest Request, IdempotencyOptions Options, IOperationObserver Observer);
