namespace PipelineTrigger.Conventions.Tests;

/// <summary>What scripts depend on. A line is added here with a feature, and none is ever taken away.</summary>
internal static class Surface
{
    /// <summary>Each cmdlet, its aliases, and the parameters of its own.</summary>
    public static readonly Dictionary<string, (string[] Aliases, string[] Parameters)> Cmdlets = new()
    {
        ["Connect-PipelineService"] = (
            [],
            [
                "Vendor",
                "Name",
                "BaseUri",
                "Scope",
                "AllowInsecure",
                "Proxy",
                "ProxyCredential",
                "ProxyUseDefaultCredentials",
                "SecretName",
                "VaultName",
                "Credential",
                "Token",
                "TokenEnvironmentVariable",
                "PassThru",
                "Ledger",
                "NoTriggerId",
                "LateCommitHorizonSec",
            ]
        ),
        ["Disconnect-PipelineService"] = ([], ["Name"]),
        ["Get-PipelineConnection"] = ([], ["Name"]),
        ["Test-PipelineConnection"] = ([], ["Name", "Detailed"]),
        ["Invoke-PipelineRun"] = (
            ["Start-PipelineRun"],
            [
                "FabricId",
                "ProjectId",
                "PipelineName",
                "Parameters",
                "Branch",
                "Version",
                "ProcessName",
                "TriggerId",
                "Variables",
                "TriggerToken",
                "PipelineId",
                "FullResync",
                "ResetTarget",
                "InputObject",
                "Connection",
                "ThrottleLimit",
                "Wait",
                "FailFast",
                "TimeoutSec",
                "PollIntervalSec",
                "AsJob",
                "CIFormat",
                "StopOnCancel",
                "IdempotencyKey",
                "IdempotencyWindowDays",
                "RetriggerFailed",
                "RetriggerUnknown",
                "NoHistory",
            ]
        ),
        ["Get-PipelineRunStatus"] = (["Get-PipelineRun"], ["Run", "RunId", "Connection"]),
        ["Wait-PipelineRun"] = (
            [],
            [
                "Run",
                "RunId",
                "Connection",
                "TimeoutSec",
                "PollIntervalSec",
                "Any",
                "FailFast",
                "StopOnTimeout",
                "AsJob",
                "CIFormat",
                "StopOnCancel",
            ]
        ),
        ["Stop-PipelineRun"] = ([], ["Run", "RunId", "Connection", "Wait", "PassThru"]),
        ["Get-Pipeline"] = ([], ["Connection", "Name"]),
        ["Get-PipelineRunHistory"] = ([], ["IdempotencyKey", "Connection", "Status", "After", "Before", "InDoubt"]),
        ["Remove-PipelineRunHistory"] = ([], ["History", "Force", "Before", "Connection"]),
    };

    public static readonly string[] ParameterSetsOfInvoke = ["Prophecy", "Mage", "Supaflow", "Input"];

    /// <summary>A run's properties and their types; those that may be missing are nullable.</summary>
    public static readonly Dictionary<string, Type> Run = new()
    {
        ["RunId"] = typeof(string),
        ["Vendor"] = typeof(string),
        ["Connection"] = typeof(string),
        ["BaseUri"] = typeof(string),
        ["Pipeline"] = typeof(string),
        ["Status"] = typeof(string),
        ["VendorStatus"] = typeof(string),
        ["Message"] = typeof(string),
        ["CreatedAt"] = typeof(DateTime?),
        ["StartedAt"] = typeof(DateTime?),
        ["FinishedAt"] = typeof(DateTime?),
        ["UpdatedAt"] = typeof(DateTime?),
        ["Duration"] = typeof(TimeSpan?),
        ["IsFinished"] = typeof(bool),
        ["Succeeded"] = typeof(bool),
        ["ExitCode"] = typeof(int?),
        ["Url"] = typeof(string),
        ["IdempotencyKey"] = typeof(string),
        ["Details"] = typeof(Dictionary<string, string>),
    };

    /// <summary>What a pipeline that can be triggered carries into Invoke-PipelineRun.</summary>
    public static readonly string[] Definition = ["Connection", "Vendor", "Name", "TriggerId", "PipelineId"];

    /// <summary>Words by the class that holds them as constants.</summary>
    public static readonly Dictionary<string, string[]> Words = new()
    {
        ["PipelineTrigger.PipelineVendor"] = ["Prophecy", "Mage", "Supaflow"],
        ["PipelineTrigger.PipelineRunStatus"] =
        [
            "Queued",
            "Running",
            "Succeeded",
            "SucceededWithWarnings",
            "Failed",
            "Cancelled",
            "TimedOut",
            "Skipped",
            "Unknown",
        ],
        ["PipelineTrigger.PipelineErrorId"] =
        [
            "ConnectionNotFound",
            "SecretNotFound",
            "AuthenticationFailed",
            "AccessDenied",
            "InsecureEndpoint",
            "InvalidInput",
            "TriggerRejected",
            "TriggerInactive",
            "OutOfCredits",
            "TriggerOutcomeUnknown",
            "RunNotFound",
            "PipelineNotFound",
            "RunFailed",
            "WaitTimedOut",
            "StopNotSupported",
            "StopTooLate",
            "NotSupported",
            "RateLimited",
            "VendorUnavailable",
            "InvalidResponse",
            "LedgerUnavailable",
            "IdempotencyKeyConflict",
        ],
    };
}
