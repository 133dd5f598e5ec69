namespace PipelineTrigger;

/// <summary>
/// A failure of this module: an id that scripts can test, and a message that says what happened, what the vendor said and what to do next.
/// The message is a single line that no terminal or build agent interprets as a command.
/// </summary>
public sealed class PipelineException : Exception
{
    /// <summary>Creates a failure with an id.</summary>
    /// <param name="errorId">One of the constants of <see cref="PipelineErrorId"/>.</param>
    /// <param name="message">The text for people; must hold no secret.</param>
    public PipelineException(string errorId, string message)
        : base(SafeText.Of(message).ToString())
    {
        ErrorId = errorId;
        Kind = KindOf(errorId);
        Absence = AbsenceOf(errorId);
    }

    /// <summary>Creates a failure with the id InvalidResponse.</summary>
    public PipelineException()
        : this(PipelineErrorId.InvalidResponse, "The call failed.") { }

    /// <summary>Creates a failure with the id InvalidResponse.</summary>
    /// <param name="message">The text for people; must hold no secret.</param>
    public PipelineException(string message)
        : this(PipelineErrorId.InvalidResponse, message) { }

    /// <summary>Creates a failure with the id InvalidResponse and its cause.</summary>
    /// <param name="message">The text for people; must hold no secret.</param>
    /// <param name="innerException">The cause; its text must hold no secret either.</param>
    public PipelineException(string message, Exception innerException)
        : base(SafeText.Of(message).ToString(), innerException)
    {
        ErrorId = PipelineErrorId.InvalidResponse;
        Kind = KindOf(ErrorId);
    }

    /// <summary>One of the constants of <see cref="PipelineErrorId"/>.</summary>
    public string ErrorId { get; }

    /// <summary>The run that failed, as last seen; null if the failure does not concern a run.</summary>
    public PipelineRun? Run { get; internal set; }

    /// <summary>Whether the failure is likely to pass. Follows from the id unless set.</summary>
    internal FailureKind Kind { get; set; }

    /// <summary>For a trigger: whether it is certain that no run was created. Follows from the id unless set.</summary>
    internal RunAbsence Absence { get; set; }

    /// <summary>The part of the message that says what happened; null if the message has no such part.</summary>
    internal string? Incident { get; set; }

    /// <summary>Whether the vendor answered and its answer concerns this run, as opposed to giving no answer at all.</summary>
    internal bool IsAboutRun { get; set; }

    /// <summary>How long the vendor asked to wait before the next call; null if it did not ask.</summary>
    public TimeSpan? RetryAfter { get; internal set; }

    private static FailureKind KindOf(string errorId) =>
        errorId switch
        {
            PipelineErrorId.VendorUnavailable or PipelineErrorId.RateLimited => FailureKind.Passing,
            PipelineErrorId.InvalidResponse => FailureKind.Unusable,
            _ => FailureKind.Permanent,
        };

    private static RunAbsence AbsenceOf(string errorId) =>
        errorId
            is PipelineErrorId.TriggerRejected
                or PipelineErrorId.TriggerInactive
                or PipelineErrorId.OutOfCredits
                or PipelineErrorId.InvalidInput
                or PipelineErrorId.InsecureEndpoint
                or PipelineErrorId.SecretNotFound
                or PipelineErrorId.ConnectionNotFound
            ? RunAbsence.Certain
            : RunAbsence.NotKnown;
}
