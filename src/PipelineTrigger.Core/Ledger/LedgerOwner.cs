namespace PipelineTrigger.Core.Ledger;

/// <summary>Who writes here.</summary>
internal static class LedgerOwner
{
    /// <summary>The version of this module.</summary>
    public static string ModuleVersion { get; } = typeof(LedgerOwner).Assembly.GetName().Version!.ToString(3);

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
