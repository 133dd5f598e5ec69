using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

/// <summary>
/// Lets .NET run under Wine: its own frames for exceptions, kept in a list in each thread's environment block, are left behind there when .NET handles an
/// exception and jumps over them, and the next exception calls whatever lies there by then. So the list is emptied whenever an exception begins.
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
    public static bool IsWine { get; } = OperatingSystem.IsWindows() && NativeLibrary.TryGetExport(NativeLibrary.Load("ntdll.dll"), "wine_get_version", out _);

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
    private static extern int NtQueryInformationThread(nint thread, int what, out BasicInformation information, int length, nint returnedLength);

    [StructLayout(LayoutKind.Sequential)]
    private struct BasicInformation
    {
        public nint ExitStatus, Block, Process, Id, Affinity;
        public int Priority, BasePriority;
    }
}
