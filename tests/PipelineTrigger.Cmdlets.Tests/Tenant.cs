using System.Management.Automation;
using System.Net.Http.Json;
using System.Text.Json;

namespace PipelineTrigger.Cmdlets.Tests;

/// <summary>Three vendors of one test's own, and their administrator.</summary>
internal sealed class Tenant(HttpClient http, Uri address)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string Prophecy => new Uri(address, "prophecy").AbsoluteUri;

    public string Mage => new Uri(address, "mage").AbsoluteUri;

    public string Supaflow => new Uri(address, "supaflow").AbsoluteUri;

    /// <summary>The base URIs, for a script.</summary>
    public PSObject AsObject() =>
        new()
        {
            Properties =
            {
                new PSNoteProperty("Prophecy", Prophecy),
                new PSNoteProperty("Mage", Mage),
                new PSNoteProperty("Supaflow", Supaflow),
            },
        };

    /// <summary>Sets what the emulator's README names under <c>/{tenant}/admin</c>.</summary>
    public async Task PutAsync(string path, object value)
    {
        using var answer = await http.PutAsJsonAsync(new Uri(address, $"admin/{path}"), value, Cancel);
        answer.EnsureSuccessStatusCode();
    }

    public async Task PostAsync(string path, object value)
    {
        using var answer = await http.PostAsJsonAsync(new Uri(address, $"admin/{path}"), value, Cancel);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Runs stand still while they have 600 s to go; they end when the test moves their clock.</summary>
    public Task PassAsync(int seconds = 600) => PostAsync("clock", new { advanceSeconds = seconds });

    /// <summary>How many runs a vendor has made.</summary>
    public async Task<int> RunsAsync(string vendor) => (await CountersAsync(vendor)).GetProperty("runsCreated").GetInt32();

    /// <summary>The bodies of the triggers that made runs, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> ReceivedAsync(string vendor) =>
        [
            .. (await http.GetFromJsonAsync<JsonElement>(new Uri(address, $"admin/runs/{vendor}"), Cancel))
                .EnumerateArray()
                .Select(run => run.GetProperty("received")),
        ];

    /// <summary>How many calls a vendor has had.</summary>
    public async Task<int> CallsAsync(string vendor) => (await CountersAsync(vendor)).GetProperty("requests").GetInt32();

    private async Task<JsonElement> CountersAsync(string vendor) =>
        (await http.GetFromJsonAsync<JsonElement>(new Uri(address, "admin/counters"), Cancel)).GetProperty(vendor);
}
