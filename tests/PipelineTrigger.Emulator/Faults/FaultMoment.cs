namespace PipelineTrigger.Emulator.Faults;

internal enum FaultMoment
{
    Before,
    After,
}
