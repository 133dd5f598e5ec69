namespace PipelineTrigger.Emulator.Hosting;

internal enum Operation
{
    Trigger,
    Status,
    List,
    Cancel,
    Session,
    Bootstrap,
    Schedule,
    Pipelines,
    Health,
    Other,
}
