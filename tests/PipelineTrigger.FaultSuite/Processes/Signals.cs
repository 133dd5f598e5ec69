using System.Runtime.InteropServices;

namespace PipelineTrigger.FaultSuite.Processes;

/// <summary>Stops processes without ending them, and wakes them.</summary>
internal static partial class Signals
{
    /// <summary>Why it cannot be done here; null if it can.</summary>
    public static string? Missing => OperatingSystem.IsLinux() ? null : "processes are stopped and woken by the signals of Linux.";

    private const int Continue = 18;
    private const int Stop = 19;

    public static void StopMyself() => Send(Environment.ProcessId, Stop);

    public static void Wake(int process) => Send(process, Continue);

    /// <summary>Whether a process is stopped; one that has ended is not.</summary>
    public static bool IsStopped(int process)
    {
        try
        {
            // The state follows the name, which stands in parentheses and may hold anything.
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[stat.LastIndexOf(')') + 2] == 'T';
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Send(int process, int signal)
    {
        if (Kill(process, signal) != 0)
        {
            throw new InvalidOperationException($"Signal {signal} could not be sent: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
