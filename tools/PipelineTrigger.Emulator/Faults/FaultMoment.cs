namespace PipelineTrigger.Emulator.Faults;

internal enum FaultMoment
{
    /// <summary>Before the body of the request is read.</summary>
    Unread,
    Before,
    After,
}
