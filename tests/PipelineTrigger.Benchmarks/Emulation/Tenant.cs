using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace PipelineTrigger.Benchmarks.Emulation;

/// <summary>One tenant of the emulator, seen from its administrator.</summary>
internal sealed class Tenant(Uri emulator, string name) : IDisposable
{
    private readonly HttpClient admin = new() { BaseAddress = new Uri(emulator, $"/{name}/admin/"), Timeout = TimeSpan.FromMinutes(2) };

    /// <summary>The base URI of a connection to the vendor.</summary>
    public Uri BaseUri(string vendor) => new(emulator, $"/{name}/{Lower(vendor)}");

    /// <summary>Makes runs, all at once, that go on for as long as is said.</summary>
    /// <returns>Their ids, oldest first.</returns>
    public async Task<IReadOnlyList<string>> CreateRunsAsync(
        string vendor,
        int count,
        double runningSeconds,
        CancellationToken cancellationToken
    )
    {
        using var answer = await admin.PostAsJsonAsync(
            $"runs/{Lower(vendor)}/bulk",
            new { count, plan = new { runningSeconds } },
            cancellationToken
        );
        answer.EnsureSuccessStatusCode();
        if (vendor == PipelineVendor.Mage)
        {
            var last = int.Parse(
                (await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("lastId").GetString()!,
                CultureInfo.InvariantCulture
            );
            return [.. Enumerable.Range(last - count + 1, count).Select(id => id.ToString(CultureInfo.InvariantCulture))];
        }

        // One by one: a whole list would leave large buffers behind, and some benchmarks measure memory.
        var ids = new List<string>();
        await foreach (var run in admin.GetFromJsonAsAsyncEnumerable<RunRow>($"runs/{Lower(vendor)}", cancellationToken))
        {
            ids.Add(run!.Id);
        }

        return [.. ids.Skip(ids.Count - count)];
    }

    /// <summary>Ends a run now.</summary>
    public async Task EndAsync(string vendor, string id, CancellationToken cancellationToken)
    {
        var status = vendor switch
        {
            PipelineVendor.Mage => "failed",
            _ => throw new ArgumentException("Only Mage's runs are ended by hand.", nameof(vendor)),
        };
        using var answer = await admin.PutAsJsonAsync($"runs/{Lower(vendor)}/{id}", new { status }, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>When the run ended.</summary>
    public async Task<DateTime> EndOfAsync(string vendor, string id, CancellationToken cancellationToken) =>
        (await admin.GetFromJsonAsync<JsonElement>($"runs/{Lower(vendor)}/{id}", cancellationToken))
            .GetProperty("endedAt")
            .GetDateTimeOffset()
            .UtcDateTime;

    public async Task<RequestCounts> CountsAsync(string vendor, CancellationToken cancellationToken)
    {
        var counters = (await admin.GetFromJsonAsync<JsonElement>("counters", cancellationToken)).GetProperty(Lower(vendor));
        var operations = counters.GetProperty("operations");
        return new(
            counters.GetProperty("requests").GetInt64(),
            operations.GetProperty("status").GetInt64(),
            operations.GetProperty("list").GetInt64()
        );
    }

    /// <summary>When the last thousand requests came in.</summary>
    public async Task<IReadOnlyList<DateTime>> ArrivalsAsync(CancellationToken cancellationToken) =>
        [
            .. (await admin.GetFromJsonAsync<JsonElement>("requests", cancellationToken))
                .EnumerateArray()
                .Select(r => r.GetProperty("at").GetDateTimeOffset().UtcDateTime),
        ];

    /// <summary>Lets go of all runs.</summary>
    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        using var answer = await admin.PostAsync(new Uri("reset", UriKind.Relative), null, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose() => admin.Dispose();

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Globalization", "CA1308", Justification = "The emulator's paths are lower-case.")]
    private static string Lower(string vendor) => vendor.ToLowerInvariant();

    private sealed record RunRow(string Id);
}
