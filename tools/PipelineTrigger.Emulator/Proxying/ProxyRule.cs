namespace PipelineTrigger.Emulator.Proxying;

/// <param name="Count">How many requests are hit before the proxy passes all again; -1: all.</param>
/// <param name="DelaySeconds">When a late request is handled, or when a refusing proxy listens again (0: not by itself).</param>
/// <param name="KeepsOpen">A refusing proxy leaves the connections that are open alone.</param>
public sealed record ProxyRule(
    ProxyMode Mode = ProxyMode.Pass,
    ProxyMatch? Match = null,
    int Count = 1,
    double DelaySeconds = 0,
    bool KeepsOpen = false
);
