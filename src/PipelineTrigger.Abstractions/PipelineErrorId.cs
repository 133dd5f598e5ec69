namespace PipelineTrigger;

/// <summary>The error ids that scripts can rely on: the first part of an error record's FullyQualifiedErrorId.</summary>
public static class PipelineErrorId
{
    /// <summary>No connection matches the request.</summary>
    public const string ConnectionNotFound = nameof(ConnectionNotFound);

    /// <summary>The vault, the secret or the environment variable did not provide a credential.</summary>
    public const string SecretNotFound = nameof(SecretNotFound);

    /// <summary>The vendor did not accept the credential.</summary>
    public const string AuthenticationFailed = nameof(AuthenticationFailed);

    /// <summary>The credential was accepted but lacks the permission.</summary>
    public const string AccessDenied = nameof(AccessDenied);

    /// <summary>The address is plain http on another machine, and -AllowInsecure was not given.</summary>
    public const string InsecureEndpoint = nameof(InsecureEndpoint);

    /// <summary>An input is invalid; nothing was sent.</summary>
    public const string InvalidInput = nameof(InvalidInput);

    /// <summary>The vendor refused to create a run; no run was created.</summary>
    public const string TriggerRejected = nameof(TriggerRejected);

    /// <summary>The trigger is switched off at the vendor; no run was created.</summary>
    public const string TriggerInactive = nameof(TriggerInactive);

    /// <summary>The account is out of credits; no run was created.</summary>
    public const string OutOfCredits = nameof(OutOfCredits);

    /// <summary>The trigger was sent, and it is not known whether a run was created. The trigger is not sent again.</summary>
    public const string TriggerOutcomeUnknown = nameof(TriggerOutcomeUnknown);

    /// <summary>The vendor has no run with this id.</summary>
    public const string RunNotFound = nameof(RunNotFound);

    /// <summary>No pipeline or trigger has this name.</summary>
    public const string PipelineNotFound = nameof(PipelineNotFound);

    /// <summary>The run ended Failed, Cancelled, TimedOut or Skipped.</summary>
    public const string RunFailed = nameof(RunFailed);

    /// <summary>The time-out elapsed before the run ended.</summary>
    public const string WaitTimedOut = nameof(WaitTimedOut);

    /// <summary>The vendor cannot cancel a run.</summary>
    public const string StopNotSupported = nameof(StopNotSupported);

    /// <summary>The run had already ended when it was to be stopped.</summary>
    public const string StopTooLate = nameof(StopTooLate);

    /// <summary>The vendor does not support this operation.</summary>
    public const string NotSupported = nameof(NotSupported);

    /// <summary>The vendor limits the rate of calls.</summary>
    public const string RateLimited = nameof(RateLimited);

    /// <summary>The vendor could not be reached, or could not answer.</summary>
    public const string VendorUnavailable = nameof(VendorUnavailable);

    /// <summary>The answer is not one that this vendor gives.</summary>
    public const string InvalidResponse = nameof(InvalidResponse);

    /// <summary>The run ledger could not be used; nothing was sent.</summary>
    public const string LedgerUnavailable = nameof(LedgerUnavailable);

    /// <summary>The idempotency key was already used for a different request.</summary>
    public const string IdempotencyKeyConflict = nameof(IdempotencyKeyConflict);
}
