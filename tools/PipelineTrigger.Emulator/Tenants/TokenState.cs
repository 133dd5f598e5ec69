namespace PipelineTrigger.Emulator.Tenants;

internal enum TokenState
{
    Unknown,
    Expired,
    Valid,
}
