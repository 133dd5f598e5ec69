using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

/// <summary>
/// Lets .NET run under Wine. When .NET handles an exception, it jumps over frames that Wine keeps in a list in each thread's environment
/// block. The next exception would call these stale frames, so the list is emptied whenever an exception begins.
/// </summary>
internal static class WineExceptions
{
    private const nint CurrentThread = -2;
    private const nint EndOfList = -1;

    [ThreadStatic]
    private static nint block;

    [ModuleInitializer]
    internal static void Watch()
    {
        if (OperatingSystem.IsWindows() && IsWine)
        {
            AppDomain.CurrentDomain.FirstChanceException += static (_, _) => EmptyList();
        }
    }

    /// <summary>Whether this Windows is Wine.</summary>
    public static bool IsWine { get; } =
        OperatingSystem.IsWindows() && NativeLibrary.TryGetExport(NativeLibrary.Load("ntdll.dll"), "wine_get_version", out _);

    private static void EmptyList()
    {
        if (block == 0 && NtQueryInformationThread(CurrentThread, 0, out var thread, Marshal.SizeOf<BasicInformation>(), 0) == 0)
        {
            block = thread.Block;
        }

        if (block != 0)
        {
            Marshal.WriteIntPtr(block, EndOfList);
        }
    }

    [DllImport("ntdll.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int NtQueryInformationThread(
        nint thread,
        int what,
        out BasicInformation information,
        int length,
        nint returnedLength
    );

    [StructLayout(LayoutKind.Sequential)]
    private struct BasicInformation
    {
        public nint ExitStatus,
            Block,
            Process,
            Id,
            Affinity;
        public int Priority,
            BasePriority;
    }
}
