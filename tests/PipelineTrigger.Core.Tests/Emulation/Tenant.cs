using System.Diagnostics;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Ledger;

namespace PipelineTrigger.Core.Tests.Emulation;

/// <summary>Three vendors of one test's own: what an administrator of theirs could set and see.</summary>
internal sealed class Tenant(HttpClient http, Uri emulator, string name)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Where a vendor is, directly or through a proxy's port.</summary>
    public Uri BaseUri(string vendor, int? port = null) =>
        new($"http://127.0.0.1:{port ?? emulator.Port}/{name}/{vendor.ToLowerInvariant()}");

    /// <summary>A connection to it; without a credential, one that the vendor takes.</summary>
    public Connected Connect(
        string vendor,
        Credential? credential = null,
        SenderOptions? options = null,
        int? port = null,
        bool noTriggerId = false,
        Func<TimeProvider, ILedgerStore>? ledger = null
    ) =>
        new(
            new PipelineConnection("nightly", vendor, BaseUri(vendor, port))
            {
                NoTriggerId = noTriggerId,
                LateCommitHorizonSec = Connected.HorizonSec,
            },
            credential ?? Sample.Credential(vendor),
            options,
            ledger: ledger
        );

    public Task SetAsync(string path, object value) => SendAsync(HttpMethod.Put, path, value);

    public Task<JsonElement> PostAsync(string path, object? value = null) => SendAsync(HttpMethod.Post, path, value ?? new { });

    public Task<JsonElement> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    /// <summary>Lets the vendors' time pass.</summary>
    public Task PassAsync(TimeSpan time) => PostAsync("clock", new { advanceSeconds = time.TotalSeconds });

    public Task FaultAsync(object fault) => PostAsync("faults", fault);

    /// <summary>The next calls of an operation are answered so.</summary>
    public Task AnswerAsync(
        string vendor,
        string operation,
        int status,
        string? body,
        int count = -1,
        string contentType = "application/json",
        Dictionary<string, string>? headers = null
    ) =>
        FaultAsync(
            new
            {
                vendor,
                operation,
                status,
                body,
                count,
                contentType,
                headers,
            }
        );

    /// <summary>A proxy before it.</summary>
    public async Task<TenantProxy> ProxyAsync(object rule)
    {
        var proxy = await PostAsync("proxies", rule);
        return new(this, proxy.GetProperty("id").GetInt32(), proxy.GetProperty("port").GetInt32());
    }

    /// <summary>How many calls of an operation have come in; of all without one.</summary>
    public async Task<int> CallsAsync(string vendor, string? operation = null)
    {
        var counters = (await GetAsync("counters")).GetProperty(vendor.ToLowerInvariant());
        return (
            operation is null ? counters.GetProperty("requests") : counters.GetProperty("operations").GetProperty(operation)
        ).GetInt32();
    }

    public async Task<int> RunsCreatedAsync(string vendor) =>
        (await GetAsync("counters")).GetProperty(vendor.ToLowerInvariant()).GetProperty("runsCreated").GetInt32();

    /// <summary>The runs as the administrator sees them, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> RunsAsync(string vendor) =>
        [.. (await GetAsync($"runs/{vendor.ToLowerInvariant()}")).EnumerateArray()];

    /// <summary>The body of the only trigger that made a run.</summary>
    public async Task<JsonElement> ReceivedAsync(string vendor) => Assert.Single(await RunsAsync(vendor)).GetProperty("received");

    /// <summary>Creates a run as another client and returns its id.</summary>
    public async Task<string> RunAsync(string vendor, object run) =>
        (await PostAsync($"runs/{vendor.ToLowerInvariant()}", run)).GetProperty("id").GetString()!;

    public Task SetRunAsync(string vendor, string id, object state) =>
        SetAsync($"runs/{vendor.ToLowerInvariant()}/{Uri.EscapeDataString(id)}", state);

    /// <summary>The calls of the vendors' operations, oldest first; without operations, all.</summary>
    public async Task<IReadOnlyList<Request>> RequestsAsync(params string[] operations) =>
        [
            .. (await GetAsync("requests"))
                .EnumerateArray()
                .Select(Request.Of)
                .Where(r => operations.Length == 0 || operations.Contains(r.Operation, StringComparer.OrdinalIgnoreCase)),
        ];

    /// <summary>Switches Mage's authentication on, as it is by default.</summary>
    public Task RequireMageSignInAsync(bool viewer = false) =>
        SetAsync(
            "auth",
            new
            {
                mageAuthentication = true,
                mageEmail = Sample.MageEmail,
                magePassword = Sample.MagePassword,
                mageViewer = viewer,
            }
        );

    /// <summary>A Mage session's JWT, as a person would get it.</summary>
    public async Task<string> MageSessionAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(BaseUri(PipelineVendor.Mage) + "/api/sessions"));
        request.Headers.Add("X-API-KEY", Sample.MageApiKey);
        request.Content = new StringContent(
            JsonSerializer.Serialize(new { session = new { email = Sample.MageEmail, password = Sample.MagePassword } }),
            Encoding.UTF8,
            "application/json"
        );
        using var answer = await http.SendAsync(request, Cancel);
        return JsonDocument
            .Parse(await answer.Content.ReadAsStringAsync())
            .RootElement.GetProperty("session")
            .GetProperty("token")
            .GetString()!;
    }

    /// <summary>The user of the sample's key at Supaflow.</summary>
    public Task<string> SupaflowUserAsync() => SupaflowSessionAsync("user_id");

    /// <summary>The workspace of the sample's key at Supaflow.</summary>
    public Task<string> SupaflowWorkspaceAsync() => SupaflowSessionAsync("org_id");

    private async Task<string> SupaflowSessionAsync(string field)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(BaseUri(PipelineVendor.Supaflow) + "/api/cli/bootstrap"));
        request.Headers.Add("Authorization", $"Bearer {Sample.SupaflowKey}");
        using var answer = await http.SendAsync(request, Cancel);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty(field).GetString()!;
    }

    /// <summary>Waits until it is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var waiting = Stopwatch.StartNew();
        while (!await isSo())
        {
            Assert.True(waiting.Elapsed < TimeSpan.FromMinutes(2), "What was waited for did not happen.");
            await Task.Delay(5, Cancel);
        }
    }

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, object? value)
    {
        using var request = new HttpRequestMessage(method, new Uri($"http://127.0.0.1:{emulator.Port}/{name}/admin/{path}"));
        if (value is not null)
        {
            request.Content = new StringContent(JsonSerializer.Serialize(value), Encoding.UTF8, "application/json");
        }

        using var answer = await http.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }
}

/// <summary>A call as the emulator logged it.</summary>
internal sealed record Request(
    string Vendor,
    string Operation,
    string Method,
    string Path,
    string? UserAgent,
    string? ContentType,
    IReadOnlyList<string> Headers,
    string Connection
)
{
    public static Request Of(JsonElement logged) =>
        new(
            Text(logged, "vendor")!,
            Text(logged, "operation")!,
            Text(logged, "method")!,
            Text(logged, "path")!,
            Text(logged, "userAgent"),
            Text(logged, "contentType"),
            [.. logged.GetProperty("headers").EnumerateArray().Select(h => h.GetString()!)],
            Text(logged, "connection")!
        );

    private static string? Text(JsonElement logged, string name) => logged.GetProperty(name).GetString();
}

/// <summary>A proxy that damages calls on their way.</summary>
internal sealed record TenantProxy(Tenant Tenant, int Id, int Port)
{
    public Task SetAsync(object rule) => Tenant.SetAsync($"proxies/{Id}", rule);

    /// <summary>How many calls it has damaged.</summary>
    public async Task<int> HitsAsync() => (await Tenant.GetAsync($"proxies/{Id}")).GetProperty("hits").GetInt32();
}
