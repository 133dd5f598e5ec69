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
        var elapsed = Stopwatch.StartNew();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        Console.WriteLine($"The emulator listens on {emulator.GetLeftPart(UriPartial.Authority)}");
        var tenant = new Uri(emulator, "demo");
        int exitCode;
        if (FindPowerShell() is { } shell)
        {
            Console.WriteLine($"Running docs/quickstart.ps1 with {shell}");
            Console.WriteLine();
            exitCode = await ThroughPowerShellAsync(shell, tenant, limit.Token);
        }
        else
        {
            Console.WriteLine("No PowerShell was found on the path: running the same through the client core, without the cmdlets.");
            Console.WriteLine();
            exitCode = await DemoThroughCore.RunAsync(tenant, limit.Token);
        }

        Console.WriteLine();
        Console.WriteLine($"The demo {(exitCode == 0 ? "went through" : "FAILED")} in {elapsed.Elapsed.TotalSeconds:0} s.");
        return exitCode;
    }

    private static string? FindPowerShell()
    {
        string[] names = OperatingSystem.IsWindows() ? ["pwsh.exe", "powershell.exe"] : ["pwsh"];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }

    private static async Task<int> ThroughPowerShellAsync(string shell, Uri tenant, CancellationToken cancellationToken)
    {
        var root = typeof(Demo).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;
        var start = new ProcessStartInfo(shell)
        {
            ArgumentList = { "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-File", Path.Combine(root, "docs", "quickstart.ps1"), "-Emulator", tenant.AbsoluteUri },
        };
        if (!OperatingSystem.IsWindows())
        {
            start.ArgumentList.Remove("-ExecutionPolicy");
            start.ArgumentList.Remove("Bypass");
        }

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
