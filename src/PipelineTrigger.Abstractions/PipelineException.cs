namespace PipelineTrigger;

/// <summary>
/// Every failure this module knows: an id that scripts may test, and a message that says what happened, what the vendor said and what to do next.
/// The message is one line that neither a terminal nor a build agent acts on, whatever it was made of.
/// </summary>
public sealed class PipelineException : Exception
{
    /// <summary>A failure with a stable id.</summary>
    /// <param name="errorId">One of the constants of <see cref="PipelineErrorId"/>.</param>
    /// <param name="message">For people; holds no secret.</param>
    public PipelineException(string errorId, string message)
        : base(SafeText.Of(message).ToString())
    {
        ErrorId = errorId;
        Kind = KindOf(errorId);
        Absence = AbsenceOf(errorId);
    }

    /// <summary>A failure of an unnamed kind.</summary>
    public PipelineException()
        : this(PipelineErrorId.InvalidResponse, "The call failed.") { }

    /// <summary>A failure of an unnamed kind.</summary>
    /// <param name="message">For people; holds no secret.</param>
    public PipelineException(string message)
        : this(PipelineErrorId.InvalidResponse, message) { }

    /// <summary>A failure of an unnamed kind with what caused it.</summary>
    /// <param name="message">For people; holds no secret.</param>
    /// <param name="innerException">The cause; its text must hold no secret either.</param>
    public PipelineException(string message, Exception innerException)
        : base(SafeText.Of(message).ToString(), innerException)
    {
        ErrorId = PipelineErrorId.InvalidResponse;
        Kind = KindOf(ErrorId);
    }

    /// <summary>One of the constants of <see cref="PipelineErrorId"/>.</summary>
    public string ErrorId { get; }

    /// <summary>The run it is about, as last seen; null where there is none.</summary>
    public PipelineRun? Run { get; internal set; }

    /// <summary>Whether it may pass by itself. By its id, unless who made it knows better.</summary>
    internal FailureKind Kind { get; set; }

    /// <summary>Of a trigger: whether there surely is no run. By its id, unless who made it knows more.</summary>
    internal RunAbsence Absence { get; set; }

    /// <summary>What happened, as a part of a sentence: the message without what follows from it. Null where that is not known apart.</summary>
    internal string? Incident { get; set; }

    /// <summary>Whether the vendor said it of this very run, rather than failing to answer at all.</summary>
    internal bool IsAboutRun { get; set; }

    /// <summary>What the vendor asked us to wait before the next call; null where it did not.</summary>
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
