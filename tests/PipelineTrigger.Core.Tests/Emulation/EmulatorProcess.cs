using System.Diagnostics;
using System.Net.Http;
using System.Reflection;
using PipelineTrigger.Core.Tests.Emulation;

[assembly: AssemblyFixture(typeof(EmulatorProcess))]

namespace PipelineTrigger.Core.Tests.Emulation;

/// <summary>The emulator, one process for the whole test run, which ends when its input is closed; or one that was given.</summary>
public sealed class EmulatorProcess : IAsyncLifetime
{
    private const string Announcement = "listening on ";

    // The address of one that runs already, for a system where it cannot be started.
    private const string Given = "PIPELINETRIGGER_EMULATOR";

    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private Process? process;
    private Uri? address;
    private int tenants;

#if NETFRAMEWORK
    // A process-wide default of few connections to a host would let one test's stalled call hold up the others.
    static EmulatorProcess() => System.Net.ServicePointManager.DefaultConnectionLimit = 1000;
#endif

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable(Given) is { Length: > 0 } given)
        {
            address = new Uri(given);
            return;
        }

        var path = typeof(EmulatorProcess)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "EmulatorPath")
            .Value;
        process = Process.Start(
            new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", $"\"{path}\" serve --port 0")
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        var line = await process.StandardOutput.ReadLineAsync();
        address =
            line?.StartsWith(Announcement, StringComparison.Ordinal) == true
                ? new Uri(line.Substring(Announcement.Length))
                : throw new InvalidOperationException($"The emulator at {path} said '{line}' instead of its address.");
    }

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        if (process is not null)
        {
            process.StandardInput.Close();
            process.WaitForExit(5000);
            process.Dispose();
        }

        return default;
    }

    /// <summary>A tenant of its own, which no other test sees.</summary>
    internal Tenant NewTenant() => new(http, address!, $"test{Interlocked.Increment(ref tenants)}");
}
