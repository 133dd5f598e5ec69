using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Core.Tests.Ledger.Blob;

/// <summary>Which SAS URIs are taken, and what is shown of them.</summary>
public sealed class BlobAddressTests
{
    [Theory]
    [InlineData("https://acct.blob.core.windows.net/runs?sv=2021-12-02&sig=s3cr3t%3D", "https://acct.blob.core.windows.net/runs")]
    [InlineData("  https://acct.blob.core.windows.net/runs/?sig=s3cr3t%3D\n", "https://acct.blob.core.windows.net/runs")]
    [InlineData("https://ledger.example.com/runs?sig=s3cr3t%3D", "https://ledger.example.com/runs")]
    [InlineData("http://127.0.0.1:10000/devstoreaccount1/runs?sig=s3cr3t%3D", "http://127.0.0.1:10000/devstoreaccount1/runs")]
    [InlineData("http://localhost:10000/devstoreaccount1/runs?sig=s3cr3t%3D", "http://localhost:10000/devstoreaccount1/runs")]
    public void The_SAS_URI_of_a_container_is_taken_and_shown_without_the_SAS(string uri, string place)
    {
        using var store = LedgerStores.Container(uri, new ProxyChoice());

        Assert.Equal(place, store.Location);
    }

    [Theory]
    [InlineData("s3cr3t", PipelineErrorId.InvalidInput)]
    [InlineData("ftp://acct.blob.core.windows.net/runs?sig=s3cr3t", PipelineErrorId.InvalidInput)]
    [InlineData("https://acct.blob.core.windows.net/?sig=s3cr3t", PipelineErrorId.InvalidInput)]
    [InlineData("https://acct.blob.core.windows.net/runs/keys/a.json?sig=s3cr3t", PipelineErrorId.InvalidInput)]
    [InlineData("http://127.0.0.1:10000/devstoreaccount1?sig=s3cr3t", PipelineErrorId.InvalidInput)]
    [InlineData("https://acct.blob.core.windows.net/runs?sv=s3cr3t", PipelineErrorId.InvalidInput)]
    [InlineData("https://acct.blob.core.windows.net/runs", PipelineErrorId.InvalidInput)]
    [InlineData("https://user:s3cr3t@acct.blob.core.windows.net/runs?sig=s3cr3t", PipelineErrorId.InvalidInput)]
    [InlineData("http://acct.blob.core.windows.net/runs?sig=s3cr3t", PipelineErrorId.InsecureEndpoint)]
    public void Anything_else_is_refused_without_showing_it(string uri, string errorId)
    {
        var error = Assert.Throws<PipelineException>(() => LedgerStores.Container(uri, new ProxyChoice()));

        Assert.Equal(errorId, error.ErrorId);
        Assert.Contains("SAS URI", error.Message);
        Assert.DoesNotContain("s3cr3t", error.ToString());
    }
}
