namespace PipelineTrigger;

/// <summary>What a trigger's failure says of the run that was to be created.</summary>
internal enum RunAbsence
{
    /// <summary>Nothing.</summary>
    NotKnown,

    /// <summary>There surely is none.</summary>
    Certain,

    /// <summary>There surely is none, and the message says so.</summary>
    Told,
}
