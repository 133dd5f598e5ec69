namespace PipelineTrigger.Emulator.Faults;

internal enum FaultKind
{
    Answer,
    Delay,
    Reset,
    Cut,
    Stall,
    Hide,

    /// <summary>Handled once the client has gone and the tenant's clock has moved on.</summary>
    Late,

    /// <summary>Ends all sign-ins first.</summary>
    Expire,

    /// <summary>A list without the latest runs.</summary>
    Stale,

    /// <summary>A list with half of its rows.</summary>
    Shorten,

    /// <summary>The real answer without some of its fields.</summary>
    Omit,
}
