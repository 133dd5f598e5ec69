using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace PipelineTrigger.Core.Files;

/// <summary>
/// File operations that the frameworks do not offer on every system: replacing a file in one step, and making the change survive a power
/// failure.
/// </summary>
internal static class SystemFile
{
    private const uint ReplaceExisting = 1;
    private const uint WriteThrough = 8;
    private const int LongPath = 260;

    // EIO, ENOSPC and EDQUOT on Linux and macOS: the directory entry did not reach the disk.
    private static readonly int[] WriteErrors = [5, 28, 69, 122];

#if NET
    [System.Runtime.Versioning.SupportedOSPlatformGuard("windows")]
#endif
    public static bool IsWindows => RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

    /// <summary>
    /// Renames a file over another one in the same directory, which need not exist. A crash leaves either the old or the new file.
    /// </summary>
    /// <exception cref="IOException">The rename failed; on Windows also because another process is reading the old file.</exception>
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

    /// <summary>
    /// Flushes new and changed names in a directory to disk. Does nothing on Windows, which needs no flush, or if the file system does not
    /// support it.
    /// </summary>
    /// <exception cref="IOException">The disk is full or failed.</exception>
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
        if (WriteErrors.Contains(error))
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
