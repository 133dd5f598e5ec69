using System.Management.Automation;

namespace PipelineTrigger.Output;

/// <summary>Creates all error records.</summary>
internal static class ErrorRecords
{
    private const int TargetNameLength = 200;

    public static ErrorRecord Of(PipelineException error, object? target)
    {
        var record = new ErrorRecord(
            error,
            error.ErrorId,
            Category(error.ErrorId),
            target is string text ? SafeText.Of(text).ToString() : target ?? error.Run
        );
        record.CategoryInfo.TargetName = SafeText.Of(record.CategoryInfo.TargetName, TargetNameLength).ToString();
        return record;
    }

    private static ErrorCategory Category(string errorId) =>
        errorId switch
        {
            PipelineErrorId.ConnectionNotFound
            or PipelineErrorId.SecretNotFound
            or PipelineErrorId.RunNotFound
            or PipelineErrorId.PipelineNotFound => ErrorCategory.ObjectNotFound,
            PipelineErrorId.AuthenticationFailed => ErrorCategory.AuthenticationError,
            PipelineErrorId.AccessDenied => ErrorCategory.PermissionDenied,
            PipelineErrorId.InsecureEndpoint => ErrorCategory.SecurityError,
            PipelineErrorId.InvalidInput or PipelineErrorId.IdempotencyKeyConflict => ErrorCategory.InvalidArgument,
            PipelineErrorId.TriggerRejected or PipelineErrorId.TriggerInactive or PipelineErrorId.StopTooLate =>
                ErrorCategory.InvalidOperation,
            PipelineErrorId.OutOfCredits => ErrorCategory.QuotaExceeded,
            PipelineErrorId.RateLimited => ErrorCategory.LimitsExceeded,
            PipelineErrorId.RunFailed => ErrorCategory.InvalidResult,
            PipelineErrorId.WaitTimedOut => ErrorCategory.OperationTimeout,
            PipelineErrorId.StopNotSupported or PipelineErrorId.NotSupported => ErrorCategory.NotImplemented,
            PipelineErrorId.VendorUnavailable => ErrorCategory.ConnectionError,
            PipelineErrorId.InvalidResponse => ErrorCategory.ProtocolError,
            PipelineErrorId.LedgerUnavailable => ErrorCategory.WriteError,
            _ => ErrorCategory.NotSpecified,
        };
}
