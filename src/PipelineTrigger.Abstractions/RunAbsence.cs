namespace PipelineTrigger;

/// <summary>What a trigger's failure says about the run that was to be created.</summary>
internal enum RunAbsence
{
    /// <summary>Nothing.</summary>
    NotKnown,

    /// <summary>No run was created.</summary>
    Certain,

    /// <summary>No run was created, and the message says so.</summary>
    Told,
}
