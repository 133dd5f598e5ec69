namespace PipelineTrigger;

/// <summary>The error ids that scripts may depend on; the first part of an error record's FullyQualifiedErrorId.</summary>
public static class PipelineErrorId
{
    /// <summary>No connection fits what was asked.</summary>
    public const string ConnectionNotFound = nameof(ConnectionNotFound);

    /// <summary>The vault, the secret or the environment variable did not give a credential.</summary>
    public const string SecretNotFound = nameof(SecretNotFound);

    /// <summary>The vendor did not accept the credential.</summary>
    public const string AuthenticationFailed = nameof(AuthenticationFailed);

    /// <summary>The credential was accepted and may not do this.</summary>
    public const string AccessDenied = nameof(AccessDenied);

    /// <summary>Plain http to another machine, not allowed with -AllowInsecure.</summary>
    public const string InsecureEndpoint = nameof(InsecureEndpoint);

    /// <summary>Something given cannot be right; nothing was sent.</summary>
    public const string InvalidInput = nameof(InvalidInput);

    /// <summary>The vendor refused to create a run; there is none.</summary>
    public const string TriggerRejected = nameof(TriggerRejected);

    /// <summary>The trigger is switched off at the vendor; no run was created.</summary>
    public const string TriggerInactive = nameof(TriggerInactive);

    /// <summary>The account is out of credits; no run was created.</summary>
    public const string OutOfCredits = nameof(OutOfCredits);

    /// <summary>The trigger was sent and no answer tells whether a run was created; it is not sent again.</summary>
    public const string TriggerOutcomeUnknown = nameof(TriggerOutcomeUnknown);

    /// <summary>The vendor knows no run with this id.</summary>
    public const string RunNotFound = nameof(RunNotFound);

    /// <summary>Nothing that can be triggered has this name.</summary>
    public const string PipelineNotFound = nameof(PipelineNotFound);

    /// <summary>The run ended Failed, Cancelled, TimedOut or Skipped.</summary>
    public const string RunFailed = nameof(RunFailed);

    /// <summary>The caller's time was up and the run still goes on.</summary>
    public const string WaitTimedOut = nameof(WaitTimedOut);

    /// <summary>The vendor has no way to cancel a run.</summary>
    public const string StopNotSupported = nameof(StopNotSupported);

    /// <summary>The run had already ended.</summary>
    public const string StopTooLate = nameof(StopTooLate);

    /// <summary>The vendor has no such call.</summary>
    public const string NotSupported = nameof(NotSupported);

    /// <summary>The vendor asks for fewer calls.</summary>
    public const string RateLimited = nameof(RateLimited);

    /// <summary>The vendor could not be reached or could not answer.</summary>
    public const string VendorUnavailable = nameof(VendorUnavailable);

    /// <summary>The answer was not one this vendor gives.</summary>
    public const string InvalidResponse = nameof(InvalidResponse);

    /// <summary>The run ledger could not be written; nothing was sent.</summary>
    public const string LedgerUnavailable = nameof(LedgerUnavailable);

    /// <summary>The idempotency key was used for another request.</summary>
    public const string IdempotencyKeyConflict = nameof(IdempotencyKeyConflict);
}
