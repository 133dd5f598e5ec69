namespace PipelineTrigger.Core.Ledger;

/// <summary>Who writes here.</summary>
internal static class LedgerOwner
{
    public static string HostName { get; } = Environment.MachineName;

#if NET
    public static int ProcessId => Environment.ProcessId;
#else
    public static int ProcessId { get; } = CurrentProcessId();

    private static int CurrentProcessId()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.Id;
    }
#endif
}
