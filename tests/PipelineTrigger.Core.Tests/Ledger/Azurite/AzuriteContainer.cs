using System.Net.Http;
using System.Xml.Linq;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Ledger;

namespace PipelineTrigger.Core.Tests.Ledger.Azurite;

/// <summary>A container, and how others than the ledger treat it.</summary>
internal sealed class AzuriteContainer(HttpClient http, Uri service, string name)
{
    private const string AllPermissions = "racwdl";

    private static readonly DateTime Tomorrow = DateTime.UtcNow.AddDays(1);

    public Uri Service { get; } = service;

    /// <summary>As it is shown to people.</summary>
    public string Place => $"{Service.GetLeftPart(UriPartial.Authority)}/{AzuriteSas.Account}/{name}";

    public string SasUri(string permissions = AllPermissions, DateTime? expires = null, Uri? service = null) =>
        $"{(service ?? Service).GetLeftPart(UriPartial.Authority)}/{AzuriteSas.Account}/{name}?"
        + AzuriteSas.ForContainer(name, permissions, expires ?? Tomorrow);

    public ILedgerStore Open() => LedgerStores.Container(SasUri(), new ProxyChoice());

    public Task MakeAsync() => SendAsync(HttpMethod.Put, "", "restype=container");

    /// <summary>Writes a blob, whatever is there.</summary>
    public Task PutAsync(string blob, byte[] content) => SendAsync(HttpMethod.Put, blob, "", content, ("x-ms-blob-type", "BlockBlob"));

    /// <summary>Writes a blob, whatever is there, with the subject that it is listed under.</summary>
    public Task PutAsync(string blob, byte[] content, string subject) =>
        SendAsync(HttpMethod.Put, blob, "", content, ("x-ms-blob-type", "BlockBlob"), ("x-ms-meta-subject", subject));

    /// <summary>The names of all blobs.</summary>
    public async Task<IReadOnlyList<string>> ListAsync() =>
        [
            .. XDocument
                .Parse((await SendAsync(HttpMethod.Get, "", "restype=container&comp=list")).TrimStart('\uFEFF'))
                .Descendants("Name")
                .Select(n => n.Value),
        ];

    public Task DeleteAsync(string blob) => SendAsync(HttpMethod.Delete, blob, "");

    /// <summary>Holds a lease of the shortest length as a killed process does: it is not renewed.</summary>
    public async Task LeaseAsync(string blob)
    {
        await PutAsync(blob, []);
        await SendAsync(HttpMethod.Put, blob, "comp=lease", [], ("x-ms-lease-action", "acquire"), ("x-ms-lease-duration", "15"));
    }

    /// <summary>Ends whatever lease there is.</summary>
    public Task BreakLeaseAsync(string blob) =>
        SendAsync(HttpMethod.Put, blob, "comp=lease", [], ("x-ms-lease-action", "break"), ("x-ms-lease-break-period", "0"));

    private async Task<string> SendAsync(
        HttpMethod method,
        string blob,
        string query,
        byte[]? content = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(
            method,
            $"{Place}{(blob.Length == 0 ? "" : "/")}{blob}?{AzuriteSas.ForAccount(Tomorrow)}&{query}"
        )
        {
            Content = new ByteArrayContent(content ?? []),
        };
        foreach (var (header, value) in headers)
        {
            request.Headers.Add(header, value);
        }

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {blob}: {answer}");
        return await answer.Content.ReadAsStringAsync();
    }
}
