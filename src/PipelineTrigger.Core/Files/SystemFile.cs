using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace PipelineTrigger.Core.Files;

/// <summary>What the frameworks' own file classes cannot do: replace a file in one step that outlives a power failure, on each system.</summary>
internal static class SystemFile
{
    private const uint ReplaceExisting = 1;
    private const uint WriteThrough = 8;
    private const int LongPath = 260;

    // EIO, ENOSPC, EDQUOT on Linux and on macOS: what a directory's entry needs has not reached the disk.
    private static readonly int[] Losses = [5, 28, 69, 122];

#if NET
    [System.Runtime.Versioning.SupportedOSPlatformGuard("windows")]
#endif
    public static bool IsWindows => RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

    /// <summary>Puts a file in the place of another of the same directory, or where there was none. A crash leaves the old one or the new one.</summary>
    /// <exception cref="IOException">It could not; on Windows also while somebody reads the old one.</exception>
    public static void Replace(string from, string to)
    {
        if (IsWindows)
        {
            if (!MoveFileEx(Extended(from), Extended(to), ReplaceExisting | WriteThrough))
            {
                throw Failed(to, Marshal.GetLastWin32Error());
            }

            return;
        }

        if (Rename(Encoded(from), Encoded(to)) != 0)
        {
            throw Failed(to, Marshal.GetLastWin32Error());
        }

        SyncFolder(Path.GetDirectoryName(to)!);
    }

    /// <summary>Makes sure that a directory's new and changed names outlive a power failure. Windows does that by itself; a file system that cannot is left alone.</summary>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public static void SyncFolder(string folder)
    {
        if (IsWindows)
        {
            return;
        }

        var handle = Open(Encoded(folder), 0);
        if (handle < 0)
        {
            return;
        }

        var error = Fsync(handle) == 0 ? 0 : Marshal.GetLastWin32Error();
        _ = Close(handle);
        if (Losses.Contains(error))
        {
            throw Failed(folder, error);
        }
    }

    private static IOException Failed(string file, int error) =>
        new($"{new Win32Exception(error).Message} : '{file}'", IsWindows ? unchecked((int)0x80070000) | error : error);

    private static byte[] Encoded(string path) => Encoding.UTF8.GetBytes(path + '\0');

    private static string Extended(string path)
    {
        var full = Path.GetFullPath(path);
        return full.Length < LongPath || full.StartsWith(@"\\?\", StringComparison.Ordinal) ? full
            : full.StartsWith(@"\\", StringComparison.Ordinal) ? @"\\?\UNC\" + full.Substring(2)
            : @"\\?\" + full;
    }

    [DllImport("kernel32.dll", EntryPoint = "MoveFileExW", CharSet = CharSet.Unicode, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool MoveFileEx(string from, string to, uint flags);

    [DllImport("libc", EntryPoint = "rename", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Rename(byte[] from, byte[] to);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fsync(int handle);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);
}
