using System.Security.AccessControl;
using System.Security.Principal;

namespace PipelineTrigger.Core.Files;

/// <summary>Files that only the current user can read.</summary>
internal static class PrivateFile
{
    /// <summary>Creates a file and opens it for writing.</summary>
    /// <exception cref="IOException">The file exists.</exception>
    public static FileStream Create(string path) => SystemFile.IsWindows ? CreateOnWindows(path) : CreateOnUnix(path);

#if NET
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static FileStream CreateOnUnix(string path) =>
        new(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }
        );

    [System.Runtime.Versioning.SupportedOSPlatform("windows")]
    private static FileStream CreateOnWindows(string path) =>
        new FileInfo(path).Create(FileMode.CreateNew, FileSystemRights.Write, FileShare.None, 4096, FileOptions.None, OwnerOnly());
#else
    // .NET Framework runs only on Windows; tests under Mono use this path.
    private static FileStream CreateOnUnix(string path) => new(path, FileMode.CreateNew, FileAccess.Write);

    private static FileStream CreateOnWindows(string path) =>
        new(path, FileMode.CreateNew, FileSystemRights.Write, FileShare.None, 4096, FileOptions.None, OwnerOnly());
#endif

#if NET
    [System.Runtime.Versioning.SupportedOSPlatform("windows")]
#endif
    private static FileSecurity OwnerOnly()
    {
        using var user = WindowsIdentity.GetCurrent();
        var security = new FileSecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        security.AddAccessRule(new FileSystemAccessRule(user.User!, FileSystemRights.FullControl, AccessControlType.Allow));
        return security;
    }
}
