using System.Diagnostics;
using System.Reflection;

namespace PipelineTrigger.Benchmarks.Shells;

/// <summary>The PowerShell on the path.</summary>
internal sealed record ShellInfo(string Path, string Version)
{
    /// <summary>The manifest of the module that the build assembled.</summary>
    public static string ModuleManifest { get; } = typeof(ShellInfo).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ModuleManifest").Value!;

    /// <summary>Null where there is none.</summary>
    public static async Task<ShellInfo?> FindAsync(CancellationToken cancellationToken)
    {
        var name = OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh";
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator).Select(folder => System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        return path is null ? null : new(path, (await new ShellInfo(path, "").RunAsync("$PSVersionTable.PSVersion.ToString()", cancellationToken)).Output);
    }

    /// <summary>Runs a script in a process of its own.</summary>
    /// <returns>What it wrote, and how long the whole process took.</returns>
    public async Task<(string Output, TimeSpan Elapsed)> RunAsync(string script, CancellationToken cancellationToken)
    {
        var elapsed = Stopwatch.StartNew();
        using var process = Process.Start(Start(script))!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        elapsed.Stop();
        return process.ExitCode == 0 ? (output.Trim(), elapsed.Elapsed) : throw new InvalidOperationException($"PowerShell ended with {process.ExitCode}: {output}{await errors}");
    }

    /// <summary>How a fresh PowerShell is started.</summary>
    public ProcessStartInfo Start(string script) => new(Path, ["-NoProfile", "-NonInteractive", "-Command", $"$ErrorActionPreference = 'Stop'; {script}"])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["POWERSHELL_TELEMETRY_OPTOUT"] = "1", ["POWERSHELL_UPDATECHECK"] = "Off", ["NO_COLOR"] = "1" },
    };

    /// <summary>A text as PowerShell reads it back.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
