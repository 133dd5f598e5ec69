using System.Net.Http;
using System.Text;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Suites;

/// <summary>Every file of JSONTestSuite as a vendor's answer: what is no JSON is told so, and nothing ends as a defect.</summary>
public sealed class JsonSuiteTests(EmulatorProcess emulator)
{
    private static readonly HttpClient Http = new();

    public static TheoryData<string> Vendors => [.. Sample.Vendors];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Vendors))]
    public Task A_read_that_is_answered_with_no_JSON_is_an_invalid_response(string vendor) =>
        CheckAsync(vendor, "GET", (connection, run) => connection.ReadAsync(run), PipelineErrorId.InvalidResponse);

    [Theory, MemberData(nameof(Vendors))]
    public Task A_trigger_that_is_answered_with_no_JSON_is_unknown(string vendor) =>
        CheckAsync(vendor, "POST", (connection, _) => connection.TriggerAsync(), PipelineErrorId.TriggerOutcomeUnknown);

    private async Task CheckAsync(string vendor, string method, Func<Connected, PipelineRun, Task> call, string errorId)
    {
        var files = Directory.GetFiles(PublicSuite.Locate(Path.Combine("JSONTestSuite", "test_parsing")), "*.json");
        Assert.NotEmpty(files);
        byte[]? said = null;
        var struck = false;
        var tenant = emulator.NewTenant();
        using var server = new RawServer(async request =>
        {
            struck |= said is not null && request.Method == method && !request.Target.EndsWith("/bootstrap", StringComparison.Ordinal);
            return struck ? RawAnswer.Of(200, said!) : await RelayAsync(tenant, vendor, request);
        });
        using var connection = tenant.Connect(vendor, port: server.BaseUri.Port);

        // Signed in before, and again when the token's time is over; what a trigger looks up first is answered as ever, and from the call
        // on all is answered so.
        var run = await connection.TriggerAsync();
        List<string> wrong = [];
        foreach (var file in files)
        {
            (said, struck) = (File.ReadAllBytes(file), false);
            var name = Path.GetFileName(file);
            var failure = await Record.ExceptionAsync(() => call(connection, run));
            var asItShould = name.StartsWith("n_", StringComparison.Ordinal)
                ? failure is PipelineException e && e.ErrorId == errorId
                : failure is null or PipelineException;
            if (!asItShould)
            {
                wrong.Add($"{name}: {(failure as PipelineException)?.ErrorId ?? failure?.ToString() ?? "a run"}");
            }
        }

        Assert.Empty(wrong);
    }

    private static async Task<RawAnswer> RelayAsync(Tenant tenant, string vendor, RawRequest request)
    {
        using var call = new HttpRequestMessage(new(request.Method), new Uri(tenant.BaseUri(vendor), request.Target));
        if (request.Body.Length > 0)
        {
            call.Content = new StringContent(request.Body, Encoding.UTF8, "application/json");
        }

        foreach (
            var header in request.Headers.Where(h =>
                !h.Key.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) && h.Key is not ("Connection" or "Expect")
            )
        )
        {
            call.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        using var answer = await Http.SendAsync(call, Cancel);
        return RawAnswer.Of((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync());
    }
}
