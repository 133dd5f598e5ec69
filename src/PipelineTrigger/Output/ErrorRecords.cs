using System.Management.Automation;

namespace PipelineTrigger.Output;

/// <summary>Creates all error records.</summary>
internal static class ErrorRecords
{
    private const int TargetNameLength = 200;

    public static ErrorRecord Of(PipelineException error, object? target)
    {
        var bare = target is PSObject { BaseObject: string } wrapped ? wrapped.BaseObject : target;
        var record = new ErrorRecord(
            error,
            error.ErrorId,
            Category(error.ErrorId),
            bare is string text ? SafeText.Of(text).ToString() : bare ?? error.Run
        );

        // PowerShell replaces an empty name with the unsafe text of the target.
        record.CategoryInfo.TargetName = SafeText.Clean(record.CategoryInfo.TargetName, TargetNameLength) ?? record.CategoryInfo.TargetType;
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
