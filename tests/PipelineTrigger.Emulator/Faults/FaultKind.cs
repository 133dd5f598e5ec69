namespace PipelineTrigger.Emulator.Faults;

internal enum FaultKind
{
    Answer,
    Delay,
    Reset,
    Cut,
    Stall,
    Hide,
}
