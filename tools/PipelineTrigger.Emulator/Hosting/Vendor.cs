namespace PipelineTrigger.Emulator.Hosting;

internal enum Vendor
{
    Prophecy,
    Mage,
    Supaflow,
}
