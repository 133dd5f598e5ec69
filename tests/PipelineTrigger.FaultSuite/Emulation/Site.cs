using System.Net.Http.Json;
using System.Text.Json;
using PipelineTrigger.Emulator;

namespace PipelineTrigger.FaultSuite.Emulation;

/// <summary>The three vendors in this process, seen from their administrator.</summary>
internal sealed class Site : IAsyncDisposable
{
    private const string Name = "site";

    private readonly EmulatorHost emulator;
    private readonly HttpClient admin;

    private Site(EmulatorHost emulator)
    {
        this.emulator = emulator;
        admin = new() { BaseAddress = new Uri(emulator.BaseUri, $"/{Name}/admin/"), Timeout = TimeSpan.FromMinutes(2) };
    }

    public static async Task<Site> StartAsync(TimeProvider time, CancellationToken cancellationToken) =>
        new(await EmulatorHost.StartAsync(0, time, cancellationToken));

    /// <summary>Where a vendor is, directly or through a proxy's port.</summary>
    public Uri BaseUri(string vendor, int? port = null) => new($"http://127.0.0.1:{port ?? emulator.BaseUri.Port}/{Name}/{Lower(vendor)}");

    public async Task<JsonElement> PutAsync(string path, object value)
    {
        using var answer = await admin.PutAsJsonAsync(path, value);
        return await ReadAsync(answer);
    }

    public async Task<JsonElement> PostAsync(string path, object value)
    {
        using var answer = await admin.PostAsJsonAsync(path, value);
        return await ReadAsync(answer);
    }

    public Task<JsonElement> GetAsync(string path) => admin.GetFromJsonAsync<JsonElement>(path);

    public async Task DeleteAsync(string path)
    {
        using var answer = await admin.DeleteAsync(path);
        await ReadAsync(answer);
    }

    /// <summary>All runs of a vendor, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> RunsAsync(string vendor) =>
        [.. (await GetAsync($"runs/{Lower(vendor)}")).EnumerateArray()];

    /// <summary>How many calls of an operation have come in.</summary>
    public async Task<int> CallsAsync(string vendor, string operation) =>
        (await GetAsync("counters")).GetProperty(Lower(vendor)).GetProperty("operations").GetProperty(operation).GetInt32();

    /// <summary>How often each card was drawn, by its name.</summary>
    public async Task<IReadOnlyDictionary<string, int>> DrawsAsync() =>
        (await GetAsync("faults"))
            .EnumerateArray()
            .SelectMany(f => f.GetProperty("cards").EnumerateArray())
            .GroupBy(c => c.GetProperty("name").GetString()!)
            .ToDictionary(g => g.Key, g => g.Sum(c => c.GetProperty("hits").GetInt32()));

    public async ValueTask DisposeAsync()
    {
        admin.Dispose();
        await emulator.DisposeAsync();
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement
            : throw new InvalidOperationException($"{answer.RequestMessage!.RequestUri}: {text}");
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Globalization", "CA1308", Justification = "The emulator's paths are lower-case.")]
    private static string Lower(string vendor) => vendor.ToLowerInvariant();
}
