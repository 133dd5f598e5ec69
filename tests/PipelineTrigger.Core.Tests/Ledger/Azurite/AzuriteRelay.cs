using System.Net.Http;
using System.Text;
using PipelineTrigger.Core.Tests.Doubles;

namespace PipelineTrigger.Core.Tests.Ledger.Azurite;

/// <summary>Stands before Azurite: sees what is asked of it, may change it, and may keep an answer to itself.</summary>
internal sealed class AzuriteRelay : IDisposable
{
    private static readonly string[] Passed = ["x-ms-", "If-", "ETag", "Last-Modified", "Date"];

    private readonly HttpClient http = new();
    private readonly RawServer server;
    private readonly AzuriteContainer container;

    /// <param name="loses">Whether the answer to this request is lost; asked after it was handled.</param>
    /// <param name="rewrite">Changes the target of a request.</param>
    public AzuriteRelay(AzuriteContainer container, Func<RawRequest, bool>? loses = null, Func<string, string>? rewrite = null)
    {
        this.container = container;
        server = new(async request =>
        {
            var answer = await ForwardAsync(rewrite is null ? request : request with { Target = rewrite(request.Target) });
            return loses?.Invoke(request) == true ? RawAnswer.None : answer;
        });
    }

    /// <summary>The container's SAS URI by way of here.</summary>
    public string SasUri => container.SasUri(service: server.BaseUri);

    /// <summary>What was asked, as words: the method, the blob's folder, what the lease is for.</summary>
    public IReadOnlyList<string> Requests => [.. server.Requests.Select(Describe)];

    public static string Describe(RawRequest request)
    {
        var path = request.Target.Split('?')[0].Split('/');
        return string.Join(
            " ",
            new[]
            {
                request.Method,
                path.Length > 4 ? path[3] : "container",
                request.Header("x-ms-lease-action"),
                request.Target.Contains("comp=appendblock") ? "append" : null,
            }.Where(w => w is not null)
        );
    }

    public void Dispose()
    {
        server.Dispose();
        http.Dispose();
    }

    private async Task<RawAnswer> ForwardAsync(RawRequest request)
    {
        using var message = new HttpRequestMessage(
            new(request.Method),
            container.Service.GetLeftPart(UriPartial.Authority) + request.Target
        );
        if (request.Method == "PUT")
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(request.Body));
        }

        foreach (var header in request.Headers.Where(h => IsPassed(h.Key)))
        {
            message.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        using var answer = await http.SendAsync(message);
        var headers = answer.Headers.Concat(answer.Content.Headers).Where(h => IsPassed(h.Key)).Select(h => $"{h.Key}: {h.Value.First()}");
        return RawAnswer.Of((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(), [.. headers]);
    }

    private static bool IsPassed(string header) => Passed.Any(p => header.StartsWith(p, StringComparison.OrdinalIgnoreCase));
}
