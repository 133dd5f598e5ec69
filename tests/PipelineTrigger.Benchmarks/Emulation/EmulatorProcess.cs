using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace PipelineTrigger.Benchmarks.Emulation;

/// <summary>The emulator in a process of its own, so that its work is not counted as the client's.</summary>
internal sealed class EmulatorProcess : IDisposable
{
    private const string Greeting = "listening on ";

    private readonly Process process;

    private EmulatorProcess(Process process, Uri address)
    {
        this.process = process;
        Address = address;
    }

    public Uri Address { get; }

    public static async Task<EmulatorProcess> StartAsync(CancellationToken cancellationToken)
    {
        var assembly = typeof(EmulatorProcess)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "EmulatorAssembly")
            .Value!;
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [assembly, "serve", "--port", "0", "--parent", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)]
        )
        {
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith(Greeting, StringComparison.Ordinal))
            {
                return new(process, new Uri(line[Greeting.Length..]));
            }
        }

        throw new InvalidOperationException($"The emulator ended with {process.ExitCode} before it listened.");
    }

    /// <summary>A tenant of its own: nothing in it was done by anybody else.</summary>
    public Tenant NewTenant(string purpose) => new(Address, $"{purpose}-{Guid.NewGuid():N}");

    public void Dispose()
    {
        process.Kill();
        process.Dispose();
    }
}
