namespace PipelineTrigger;

/// <summary>Whether a failure may pass by itself.</summary>
internal enum FailureKind
{
    /// <summary>It will not: a repetition would meet it again.</summary>
    Permanent,

    /// <summary>It will: the vendor or the network cannot answer at this moment.</summary>
    Passing,

    /// <summary>It may: what came is no answer of the vendor's, as on a bad day, or at a wrong address.</summary>
    Unusable,
}
