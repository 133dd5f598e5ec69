namespace PipelineTrigger.Emulator.Proxying;

public enum ProxyMode
{
    Pass,

    /// <summary>The port refuses connections, and open connections are reset.</summary>
    Refuse,

    /// <summary>The request is never forwarded.</summary>
    ResetBeforeRead,

    /// <summary>The request is answered, and nothing of the answer arrives.</summary>
    ResetAfterHandled,

    /// <summary>Half of the answer arrives, then a reset.</summary>
    CutAnswer,

    /// <summary>The request is handled, and no answer ever arrives.</summary>
    Stall,

    /// <summary>The request is handled when its sender may long have gone; no answer ever arrives.</summary>
    LateHandled,
}
