using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

/// <summary>The PowerShell 7 that is started here: the one on PATH, else the .NET tool that the repository's tool manifest names.</summary>
/// <param name="FileName">The program to start.</param>
/// <param name="Arguments">What comes before PowerShell's own arguments.</param>
internal sealed record PowerShellProgram(string FileName, IReadOnlyList<string> Arguments)
{
    private const string DotNetRoot = "DOTNET_ROOT";
    private const int Attempts = 3;

    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(100);
    private static readonly Lazy<Task<PowerShellProgram>> Found = new(LookAsync);
    private static readonly string Root = typeof(PowerShellProgram)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "RepositoryRoot")
        .Value!;

    private static string Executable => OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh";

    private static string DotNet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet";

    /// <summary>Looks, and restores the tool, once in a process.</summary>
    /// <exception cref="PowerShellMissingException">There is none on PATH, and the tool cannot be restored.</exception>
    public static Task<PowerShellProgram> FindAsync() => Found.Value;

    /// <summary>How it is started.</summary>
    public ProcessStartInfo Start(params IEnumerable<string> arguments) =>
        new(FileName, [.. Arguments, .. arguments]) { UseShellExecute = false };

    private static async Task<PowerShellProgram> LookAsync() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder.Trim('"'), Executable))
            .FirstOrDefault(File.Exists)
            is { } onPath
            ? new(onPath, [])
            : await RestoreAsync();

    private static async Task<PowerShellProgram> RestoreAsync()
    {
        string home;
        await using (await LockAsync())
        {
            for (var attempt = 1; await RunAsync(DotNet, "tool", "restore") is { ExitCode: not 0 } failed; attempt++)
            {
                if (attempt == Attempts)
                {
                    throw new PowerShellMissingException(
                        $"There is no pwsh on PATH, and 'dotnet tool restore' brought none: {failed.Output.Trim().Split('\n')[0]}"
                    );
                }
            }

            var asked = await RunAsync(DotNet, "tool", "run", "pwsh", "--", "-NoProfile", "-NonInteractive", "-Command", "$PSHOME");
            home = asked.Output.Split('\n').Select(line => line.Trim()).LastOrDefault(Directory.Exists)
                ?? throw new PowerShellMissingException($"'dotnet tool run pwsh' does not work here: {asked.Output.Trim()}");
        }

        // What lies behind the tool's command looks for .NET by itself.
        if (Environment.GetEnvironmentVariable(DotNetRoot) is not { Length: > 0 })
        {
            Environment.SetEnvironmentVariable(
                DotNetRoot,
                Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."))
            );
        }

        // The command itself looks into the user's home at every start, and a test has a home of its own. The executable is not
        // for every processor.
        var own = Path.Combine(home, Executable);
        return File.Exists(own) && await RunAsync(own, "-NoProfile", "-NonInteractive", "-Command", "exit 0") is { ExitCode: 0 }
            ? new(own, [])
            : new(DotNet, ["exec", "--roll-forward", "Major", Path.Combine(home, "pwsh.dll")]);
    }

    // Several test processes may restore at the same time, and the tool's files are no one's until all are there.
    private static async Task<FileStream> LockAsync()
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(Root, "out")).FullName, "tool-restore.lock");
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(LockInterval);
            }
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments)
                {
                    WorkingDirectory = Root,
                    UseShellExecute = false,
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    Environment =
                    {
                        ["DOTNET_NOLOGO"] = "1",
                        ["NO_COLOR"] = "1",
                        ["POWERSHELL_TELEMETRY_OPTOUT"] = "1",
                        ["POWERSHELL_UPDATECHECK"] = "Off",
                    },
                }
            )!;
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            output += await errors;
            await process.WaitForExitAsync();
            return (process.ExitCode, output);
        }
        catch (Win32Exception e)
        {
            return (-1, e.Message);
        }
    }
}

/// <summary>No PowerShell 7 can be had here.</summary>
internal sealed class PowerShellMissingException(string message) : Exception(message);
