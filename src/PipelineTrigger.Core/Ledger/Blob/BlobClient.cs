using System.Globalization;
using System.Net.Http;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Core.Ledger.Blob;

/// <summary>
/// The few calls of Azure Blob Storage that a ledger needs. All of them may be repeated: each is conditional, or changes nothing the second
/// time, and who writes must know its own first write again. Failures are LedgerUnavailable. Thread-safe.
/// </summary>
internal sealed class BlobClient : IDisposable
{
    /// <summary>The field of a blob that says which subject its entry is of.</summary>
    public const string SubjectField = "subject";

    private const string Version = "2022-11-02";

    private static readonly string[] Wanted =
    [
        BlobAnswer.ETagHeader,
        BlobAnswer.LastModifiedHeader,
        BlobAnswer.LeaseStateHeader,
        BlobAnswer.ErrorCodeHeader,
        BlobAnswer.RequestIdHeader,
    ];

    private readonly BlobAddress address;
    private readonly HttpSender sender;
    private readonly FixedAuthorization authorization;

    public BlobClient(BlobAddress address, SenderOptions options, ProxyChoice proxy)
    {
        this.address = address;
        var redactor = new Redactor();
        redactor.Add(address.Signature);
        redactor.Add(address.Sas);
        sender = new("Azure Blob Storage", options, proxy, redactor);
        authorization = new(address.Container, new KeyValuePair<string, string>("x-ms-version", Version));
        StopGrace = options.StopGrace;
    }

    /// <summary>The container's address; no secret.</summary>
    public string Location => address.Container.AbsoluteUri;

    /// <summary>What a write in flight is given after a stop was asked for.</summary>
    public TimeSpan StopGrace { get; }

    public Task<BlobAnswer> GetAsync(string blob, IOperationObserver observer, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, blob, "", [], null, observer, cancellationToken);

    /// <summary>Writes a whole blob.</summary>
    /// <param name="etag">That of the content it replaces; null for a blob that must not be there yet.</param>
    /// <param name="subject">Kept beside the content, and listed with it.</param>
    public Task<BlobAnswer> PutAsync(
        string blob,
        byte[] content,
        string? etag,
        IOperationObserver observer,
        CancellationToken cancellationToken,
        string? subject = null
    ) =>
        SendAsync(
            HttpMethod.Put,
            blob,
            "",
            [
                new("x-ms-blob-type", "BlockBlob"),
                etag is null ? new("If-None-Match", "*") : new("If-Match", etag),
                .. subject is null ? (KeyValuePair<string, string>[])[] : [new($"x-ms-meta-{SubjectField}", subject)],
            ],
            content,
            observer,
            cancellationToken
        );

    /// <summary>Makes a blob that is added to; it must not be there yet.</summary>
    public Task<BlobAnswer> CreateAppendableAsync(string blob, IOperationObserver observer, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Put,
            blob,
            "",
            [new("x-ms-blob-type", "AppendBlob"), new("If-None-Match", "*")],
            [],
            observer,
            cancellationToken
        );

    public Task<BlobAnswer> AppendAsync(string blob, byte[] content, IOperationObserver observer, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, blob, "&comp=appendblock", [], content, observer, cancellationToken);

    /// <param name="etag">That of the content it takes away.</param>
    public Task<BlobAnswer> DeleteAsync(string blob, string etag, IOperationObserver observer, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, blob, "", [new("If-Match", etag)], null, observer, cancellationToken);

    /// <summary>Takes a leased blob away, and with it the lease.</summary>
    public Task<BlobAnswer> DeleteLeasedAsync(
        string blob,
        string leaseId,
        IOperationObserver observer,
        CancellationToken cancellationToken
    ) => SendAsync(HttpMethod.Delete, blob, "", [new("x-ms-lease-id", leaseId)], null, observer, cancellationToken);

    /// <summary>Leases a blob under an id of our own, by which a repeated call is known.</summary>
    public Task<BlobAnswer> AcquireLeaseAsync(
        string blob,
        string leaseId,
        TimeSpan length,
        IOperationObserver observer,
        CancellationToken cancellationToken
    ) =>
        LeaseAsync(
            blob,
            "acquire",
            [
                new("x-ms-proposed-lease-id", leaseId),
                new("x-ms-lease-duration", length.TotalSeconds.ToString(CultureInfo.InvariantCulture)),
            ],
            observer,
            cancellationToken
        );

    public Task<BlobAnswer> RenewLeaseAsync(
        string blob,
        string leaseId,
        IOperationObserver observer,
        CancellationToken cancellationToken
    ) => LeaseAsync(blob, "renew", [new("x-ms-lease-id", leaseId)], observer, cancellationToken);

    public Task<BlobAnswer> ReleaseLeaseAsync(
        string blob,
        string leaseId,
        IOperationObserver observer,
        CancellationToken cancellationToken
    ) => LeaseAsync(blob, "release", [new("x-ms-lease-id", leaseId)], observer, cancellationToken);

    /// <summary>The blobs of a folder, page by page.</summary>
    public async Task<BlobListing> ListAsync(string folder, string? marker, CancellationToken cancellationToken)
    {
        var query =
            $"&restype=container&comp=list&include=metadata&maxresults=2000&prefix={Uri.EscapeDataString(folder)}"
            + (marker is null ? "" : $"&marker={Uri.EscapeDataString(marker)}");
        var answer = await SendAsync(HttpMethod.Get, "", query, [], null, SilentObserver.Instance, cancellationToken).ConfigureAwait(false);
        return answer.IsDone && BlobListing.Parse(answer) is { } listing
            ? listing
            : throw Unavailable("it gave no list of its blobs that can be read.");
    }

    public void Dispose() => sender.Dispose();

    internal PipelineException Unavailable(string why) =>
        new(
            PipelineErrorId.LedgerUnavailable,
            $"The run ledger in {Location} cannot be used: {why} "
                + "Fix the problem, or choose another ledger with Connect-PipelineService -Ledger."
        );

    private Task<BlobAnswer> LeaseAsync(
        string blob,
        string action,
        List<KeyValuePair<string, string>> headers,
        IOperationObserver observer,
        CancellationToken cancellationToken
    ) => SendAsync(HttpMethod.Put, blob, "&comp=lease", [new("x-ms-lease-action", action), .. headers], [], observer, cancellationToken);

    private async Task<BlobAnswer> SendAsync(
        HttpMethod method,
        string blob,
        string query,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        byte[]? body,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var path = blob.Length == 0 ? "" : "/" + string.Join("/", blob.Split('/').Select(Uri.EscapeDataString));
        var request = new VendorRequest(method, $"{path}?{address.Sas}{query}", authorization)
        {
            Headers = headers,
            Body = body,
            Wanted = Wanted,
            Judge = static _ => AnswerMeaning.ForCaller,
        };
        try
        {
            var answer = await sender.SendAsync(request, observer, cancellationToken).ConfigureAwait(false);
            return new(Judge(answer), answer);
        }
        catch (PipelineException e) when (e.ErrorId != PipelineErrorId.LedgerUnavailable)
        {
            throw Unavailable(e.Message);
        }
    }

    // What does not speak as the service does is a proxy or a sign-in page, and nothing it says is to be built upon.
    private BlobOutcome Judge(VendorAnswer answer)
    {
        var code = answer.Headers.TryGetValue(BlobAnswer.ErrorCodeHeader, out var told) ? SafeText.Clean(told, 60) : null;
        if (!answer.Headers.ContainsKey(BlobAnswer.RequestIdHeader))
        {
            throw Unavailable($"what answers there (HTTP {answer.StatusCode}) is not Azure Blob Storage.");
        }

        return (answer.StatusCode, code) switch
        {
            (>= 200 and < 300, _) => BlobOutcome.Done,
            (404, "BlobNotFound") => BlobOutcome.Missing,
            (412, _) or (409, "BlobAlreadyExists") => BlobOutcome.Refused,
            (409, { } state) when state.StartsWith("Lease", StringComparison.Ordinal) => BlobOutcome.Refused,
            (404, "ContainerNotFound") => throw Unavailable("there is no such container. Create it first."),
            (401 or 403, _) => throw Unavailable(
                $"the SAS was refused ({code ?? $"HTTP {answer.StatusCode}"}). It must be one of this container or account, "
                    + $"allow to read, add, create, write, delete and list (sp=racwdl), and not have expired; {address.Terms}. "
                    + "The storage account's network rules may refuse this machine, too."
            ),
            _ => throw Unavailable($"Azure Blob Storage answered HTTP {answer.StatusCode}{(code is null ? "" : $" ({code})")}."),
        };
    }
}
