using System.Diagnostics;
using System.Reflection;

namespace PipelineTrigger.Benchmarks.Shells;

/// <summary>The PowerShell that is measured, and worked with.</summary>
internal sealed record ShellInfo(PowerShellProgram Program, string Version)
{
    /// <summary>The manifest of the module that the build assembled.</summary>
    public static string ModuleManifest { get; } =
        typeof(ShellInfo).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ModuleManifest").Value!;

    /// <summary>Null where there is none, and none can be had.</summary>
    public static async Task<ShellInfo?> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            var program = await PowerShellProgram.FindAsync().WaitAsync(cancellationToken);
            return new(
                program,
                (await new ShellInfo(program, "").RunAsync("$PSVersionTable.PSVersion.ToString()", cancellationToken)).Output
            );
        }
        catch (PowerShellMissingException)
        {
            return null;
        }
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
        return process.ExitCode == 0
            ? (output.Trim(), elapsed.Elapsed)
            : throw new InvalidOperationException($"PowerShell ended with {process.ExitCode}: {output}{await errors}");
    }

    /// <summary>How a fresh PowerShell is started.</summary>
    public ProcessStartInfo Start(string script)
    {
        var start = Program.Start("-NoProfile", "-NonInteractive", "-Command", $"$ErrorActionPreference = 'Stop'; {script}");
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        start.Environment["POWERSHELL_UPDATECHECK"] = "Off";
        start.Environment["NO_COLOR"] = "1";
        return start;
    }

    /// <summary>A text as PowerShell reads it back.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
