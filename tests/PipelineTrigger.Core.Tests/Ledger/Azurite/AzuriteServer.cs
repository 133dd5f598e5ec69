using System.Diagnostics;

namespace PipelineTrigger.Core.Tests.Ledger.Azurite;

/// <summary>Azurite's blob service in a process of its own, in memory; it ends when its input is closed.</summary>
internal sealed class AzuriteServer : IDisposable
{
    private const string Announcement = "successfully listens on ";
    private const string EndWithInput = "data:text/javascript,process.stdin.resume().on('end',()=>process.exit())";

    private readonly Process process;

    private AzuriteServer(Process process, Uri address)
    {
        this.process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <exception cref="AzuriteMissingException">It cannot be had here.</exception>
    public static async Task<AzuriteServer> StartAsync()
    {
        var script = await AzuritePackage.InstallAsync();
        var process = Process.Start(
            new ProcessStartInfo(
                "node",
                $"--import \"{EndWithInput}\" \"{script}\" --blobPort 0 --inMemoryPersistence --skipApiVersionCheck "
                    + "--disableTelemetry --silent"
            )
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        List<string> said = [];
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            said.Add(line);
            var at = line.IndexOf(Announcement, StringComparison.Ordinal);
            if (at >= 0)
            {
                var server = new AzuriteServer(process, new Uri(line.Substring(at + Announcement.Length)));
                _ = process.StandardOutput.ReadToEndAsync();
                return server;
            }
        }

        throw new InvalidOperationException($"Azurite at {script} ended and said: {string.Join(" ", said)}");
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit(5000);
        process.Dispose();
    }
}
