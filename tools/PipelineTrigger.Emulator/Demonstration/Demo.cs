using System.Diagnostics;
using System.Reflection;

namespace PipelineTrigger.Emulator.Demonstration;

/// <summary>The main job against an emulator: through the cmdlets where there is a PowerShell, else through the client core.</summary>
internal static class Demo
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>0 if everything came out as it should.</summary>
    public static async Task<int> RunAsync(Uri emulator, CancellationToken cancellationToken)
    {
        Console.WriteLine($"The emulator listens on {emulator.GetLeftPart(UriPartial.Authority)}");
        var (shell, missing) = await FindPowerShellAsync(cancellationToken);
        var elapsed = Stopwatch.StartNew();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var tenant = new Uri(emulator, "demo");
        int exitCode;
        if (shell is not null)
        {
            Console.WriteLine($"Running docs/quickstart.ps1 with {shell.FileName}");
            Console.WriteLine();
            exitCode = await ThroughPowerShellAsync(shell, tenant, limit.Token);
        }
        else
        {
            Console.WriteLine(missing);
            Console.WriteLine("Running the same through the client core, without the cmdlets.");
            Console.WriteLine();
            exitCode = await DemoThroughCore.RunAsync(tenant, limit.Token);
        }

        Console.WriteLine();
        Console.WriteLine($"The demo {(exitCode == 0 ? "went through" : "FAILED")} in {elapsed.Elapsed.TotalSeconds:0} s.");
        return exitCode;
    }

    private static async Task<(PowerShellProgram? Shell, string? Missing)> FindPowerShellAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await PowerShellProgram.FindAsync().WaitAsync(cancellationToken), null);
        }
        catch (PowerShellMissingException e)
        {
            return (null, e.Message);
        }
    }

    private static async Task<int> ThroughPowerShellAsync(PowerShellProgram shell, Uri tenant, CancellationToken cancellationToken)
    {
        var root = typeof(Demo).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;
        var start = shell.Start([
            "-NoProfile",
            "-NonInteractive",
            .. OperatingSystem.IsWindows() ? (string[])["-ExecutionPolicy", "Bypass"] : [],
            "-File",
            Path.Combine(root, "docs", "quickstart.ps1"),
            "-Emulator",
            tenant.AbsoluteUri,
        ]);
        using var process = Process.Start(start)!;
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode;
    }
}
