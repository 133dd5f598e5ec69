using System.Diagnostics;
using System.Net.Http;
using PipelineTrigger.Core.Tests.Ledger.Azurite;

[assembly: AssemblyFixture(typeof(AzuriteProcess))]

namespace PipelineTrigger.Core.Tests.Ledger.Azurite;

/// <summary>Azurite's blob service, one process for the whole test run, started when a test first asks for it; it ends when its input is closed.</summary>
public sealed class AzuriteProcess : IAsyncDisposable
{
    private const string Announcement = "successfully listens on ";
    private const string EndWithInput = "data:text/javascript,process.stdin.resume().on('end',()=>process.exit())";

    private readonly HttpClient http = new();
    private readonly Lazy<Task<string?>> starting;
    private Process? process;
    private Uri? address;
    private int containers;

    public AzuriteProcess() => starting = new(StartAsync);

    /// <summary>A container that nobody else sees. Skips the test where Azurite cannot be had.</summary>
    internal async Task<AzuriteContainer> NewContainerAsync()
    {
        if (await starting.Value is { } obstacle)
        {
            Assert.Skip(obstacle);
        }

        var container = Absent();
        await container.MakeAsync();
        return container;
    }

    /// <summary>The address of a container that was not made.</summary>
    internal AzuriteContainer Absent() => new(http, address!, $"ledger{Interlocked.Increment(ref containers)}");

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

    private async Task<string?> StartAsync()
    {
        string script;
        try
        {
            script = await AzuritePackage.InstallAsync();
        }
        catch (AzuriteMissingException e)
        {
            return e.Message;
        }

        process = Process.Start(new ProcessStartInfo("node", $"--import \"{EndWithInput}\" \"{script}\" --blobPort 0 --inMemoryPersistence --skipApiVersionCheck --disableTelemetry --silent")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        List<string> said = [];
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            said.Add(line);
            var at = line.IndexOf(Announcement, StringComparison.Ordinal);
            if (at >= 0)
            {
                address = new Uri(line.Substring(at + Announcement.Length));
                _ = process.StandardOutput.ReadToEndAsync();
                return null;
            }
        }

        throw new InvalidOperationException($"Azurite at {script} ended and said: {string.Join(" ", said)}");
    }
}
