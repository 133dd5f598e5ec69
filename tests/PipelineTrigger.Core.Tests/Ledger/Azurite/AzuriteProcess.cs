using System.Net.Http;
using PipelineTrigger.Core.Tests.Ledger.Azurite;

[assembly: AssemblyFixture(typeof(AzuriteProcess))]

namespace PipelineTrigger.Core.Tests.Ledger.Azurite;

/// <summary>
/// Azurite's blob service, one process for the whole test run, started when a test first asks for it; it ends when its input is closed.
/// </summary>
public sealed class AzuriteProcess : IAsyncDisposable
{
    private readonly HttpClient http = new();
    private readonly Lazy<Task<string?>> starting;
    private AzuriteServer? server;
    private int containers;

    public AzuriteProcess() => starting = new(StartAsync);

    /// <summary>A container of one test's own. Skips the test if Azurite is not available.</summary>
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
    internal AzuriteContainer Absent() => new(http, server!.Address, $"ledger{Interlocked.Increment(ref containers)}");

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        server?.Dispose();
        return default;
    }

    private async Task<string?> StartAsync()
    {
        try
        {
            server = await AzuriteServer.StartAsync();
            return null;
        }
        catch (AzuriteMissingException e)
        {
            return e.Message;
        }
    }
}
