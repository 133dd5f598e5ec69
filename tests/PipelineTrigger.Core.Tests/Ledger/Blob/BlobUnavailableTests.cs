using System.Net;
using System.Net.Sockets;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Ledger.Blob;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Ledger.Azurite;

namespace PipelineTrigger.Core.Tests.Ledger.Blob;

/// <summary>A container that cannot be used says why, and never shows the SAS.</summary>
public sealed class BlobUnavailableTests(AzuriteProcess azurite)
{
    private readonly RecordingObserver told = new();

    [Fact]
    public async Task A_SAS_that_has_expired()
    {
        var container = await azurite.NewContainerAsync();

        Assert.Contains(
            "until 2020-01-01T00:00:00Z",
            await RefusalAsync(container.SasUri(expires: new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc)))
        );
    }

    [Fact]
    public async Task A_SAS_that_allows_too_little()
    {
        var container = await azurite.NewContainerAsync();
        var refusal = await RefusalAsync(container.SasUri("rl"));

        Assert.Contains("allow to read, add, create, write, delete and list (sp=racwdl)", refusal);
        Assert.Contains("this one allows 'rl'", refusal);
    }

    [Fact]
    public async Task A_SAS_of_another_container()
    {
        var (one, other) = (await azurite.NewContainerAsync(), await azurite.NewContainerAsync());

        Assert.Contains("the SAS was refused", await RefusalAsync($"{one.Place}?{other.SasUri().Split('?')[1]}"));
    }

    [Fact]
    public async Task A_container_that_is_not_there()
    {
        await azurite.NewContainerAsync();

        Assert.Contains("there is no such container", await RefusalAsync(azurite.Absent().SasUri()));
    }

    [Fact]
    public async Task A_page_that_is_no_storage_service()
    {
        using var server = new RawServer(_ => RawAnswer.Of(200, "<html>Welcome to the hotel</html>"));

        Assert.Contains("is not Azure Blob Storage", await RefusalAsync(Sas(server.BaseUri)));
    }

    [Fact]
    public async Task A_gateway_that_finds_nothing()
    {
        using var server = new RawServer(_ => RawAnswer.Of(404, "not here"));

        Assert.Contains("is not Azure Blob Storage", await RefusalAsync(Sas(server.BaseUri)));
    }

    [Fact]
    public async Task A_service_that_repeats_what_it_was_asked()
    {
        using var server = new RawServer(request =>
            RawAnswer.Of(400, request.Target, "x-ms-request-id: 1", $"x-ms-error-code: {request.Target}", $"Location: {request.Target}")
        );

        Assert.Contains("answered HTTP 400", await RefusalAsync(Sas(server.BaseUri)));
    }

    [Fact]
    public async Task A_service_that_is_overloaded_is_asked_again_before_it_is_given_up()
    {
        using var server = new RawServer(_ => RawAnswer.Of(503, "", "x-ms-request-id: 1", "x-ms-error-code: ServerBusy"));

        Assert.Contains("HTTP 503 (ServerBusy)", await RefusalAsync(Sas(server.BaseUri)));
        Assert.Equal(5, server.Requests.Count);
    }

    [Fact]
    public async Task A_host_that_cannot_be_reached()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        Assert.Contains("could not be reached", await RefusalAsync(Sas(new Uri($"http://127.0.0.1:{port}"))));
    }

    [Fact]
    public async Task A_list_that_is_none()
    {
        using var server = new RawServer(_ =>
            RawAnswer.Of(200, "<!DOCTYPE x [<!ENTITY y 'z'>]><EnumerationResults>&y;</EnumerationResults>", "x-ms-request-id: 1")
        );
        using var store = Open(Sas(server.BaseUri));

        var error = await Assert.ThrowsAsync<PipelineException>(async () =>
            await store
                .ListAsync(null, TestContext.Current.CancellationToken)
                .GetAsyncEnumerator(TestContext.Current.CancellationToken)
                .MoveNextAsync()
        );
        Assert.Equal(PipelineErrorId.LedgerUnavailable, error.ErrorId);
    }

    [Fact]
    public async Task Verbose_lines_of_all_that_goes_well_hold_no_SAS()
    {
        var container = await azurite.NewContainerAsync();
        using var store = container.Open();
        await using (var claim = await store.AcquireAsync("name", told, TestContext.Current.CancellationToken))
        {
            await claim.WriteAsync(new LedgerEntry { Vendor = "mage", State = LedgerState.Intent }, TestContext.Current.CancellationToken);
        }

        Assert.Contains("keys/name.json: 201", told.Everything);
        AssertHidden(container.SasUri(), told.Everything);
    }

    private static string Sas(Uri server) => $"{server}devstoreaccount1/runs?sv=2021-12-02&sp=racwdl&se=2040-01-01&sig=abc%2Bdef%2F123%3D";

    private static BlobLedgerStore Open(string sasUri) =>
        new(BlobAddress.Parse(sasUri), new SenderOptions { RetryDelay = TimeSpan.FromMilliseconds(1) }, new ProxyChoice());

    private async Task<string> RefusalAsync(string sasUri)
    {
        using var store = Open(sasUri);
        var error = await Assert.ThrowsAsync<PipelineException>(() =>
            store.AcquireAsync("name", told, TestContext.Current.CancellationToken)
        );

        Assert.Equal(PipelineErrorId.LedgerUnavailable, error.ErrorId);
        Assert.StartsWith($"The run ledger in {store.Location} cannot be used: ", error.Message);
        AssertHidden(sasUri, error + told.Everything);
        return error.Message;
    }

    private static void AssertHidden(string sasUri, string text)
    {
        var signature = sasUri.Substring(sasUri.IndexOf("sig=", StringComparison.Ordinal) + 4);
        Assert.DoesNotContain("sig=", text.Replace("sig=***", ""));
        Assert.DoesNotContain(signature, text);
        Assert.DoesNotContain(Uri.UnescapeDataString(signature), text);
    }
}
