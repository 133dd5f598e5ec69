using System.Text.RegularExpressions;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Time;
using PipelineTrigger.Core.Vendors;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Tests.Vendors;

/// <summary>Servers whose lists never end: each loop over pages must.</summary>
public sealed class EndlessListTests
{
    // More than one page of any list.
    private const int Enough = 3;

    private static readonly TriggerSubject Subject = new("p", "");

    public static TheoryData<string> Listing => [PipelineVendor.Mage, PipelineVendor.Supaflow];

    [Theory]
    [MemberData(nameof(Listing))]
    public async Task Listing_pipelines_fails_when_the_server_ignores_the_offset(string vendor)
    {
        using var server = new RawServer(request => Answer(vendor, request, static (_, row) => row));
        using var connection = Connect(vendor, server);

        var error = await connection.ListAsync().FailsAsync(PipelineErrorId.InvalidResponse);

        Assert.Contains("returned no new", error.Message, StringComparison.Ordinal);
        Assert.InRange(Pages(server), 2, Enough);
    }

    [Theory]
    [MemberData(nameof(Listing))]
    public async Task Listing_pipelines_fails_when_the_server_alternates_between_two_pages(string vendor)
    {
        var turns = 0;
        using var server = new RawServer(request =>
            Answer(vendor, request, (_, row) => row + (IsPage(request) && row == 0 ? ++turns : turns) % 2 * 5000)
        );
        using var connection = Connect(vendor, server);

        await connection.ListAsync().FailsAsync(PipelineErrorId.InvalidResponse);

        Assert.InRange(Pages(server), 2, Enough);
    }

    [Theory]
    [MemberData(nameof(Listing))]
    public async Task A_server_that_ignores_the_offset_ends_a_search_for_runs_with_an_error(string vendor)
    {
        using var server = new RawServer(request => Answer(vendor, request, static (_, row) => row));
        using var client = Client(vendor, server, out var clock);

        var search = clock.RunAsync(
            ((IRunFinder)client).ListRunsAsync(
                Subject,
                clock.GetUtcNow().UtcDateTime,
                new RecordingObserver(),
                TestContext.Current.CancellationToken
            )
        );

        await search.FailsAsync(PipelineErrorId.InvalidResponse);
        Assert.InRange(Pages(server), 2, 2 * Enough);
    }

    [Fact]
    public async Task A_server_that_ignores_the_offset_leaves_Mages_runs_to_be_read_singly()
    {
        using var server = new RawServer(request => Answer(PipelineVendor.Mage, request, static (_, row) => 5000 - row));
        using var connection = Connect(PipelineVendor.Mage, server);

        var runs = await connection.ReadManyAsync([.. Enumerable.Range(1, 50).Select(i => $"{i}")]);

        Assert.All(runs, Assert.Null);
        Assert.InRange(Pages(server), 1, Enough);
    }

    [Fact]
    public async Task Mages_pages_without_a_single_id_leave_its_runs_to_be_read_singly()
    {
        using var server = new RawServer(request => RawAnswer.Of(200, Page(request, Enumerable.Repeat("{}", 1000))));
        using var connection = Connect(PipelineVendor.Mage, server);

        Assert.All(await connection.ReadManyAsync("1", "2"), Assert.Null);
        Assert.InRange(Pages(server), 1, Enough);
    }

    [Theory]
    [MemberData(nameof(Listing))]
    public async Task Rows_without_an_id_are_no_list(string vendor)
    {
        using var server = new RawServer(request => Answer(vendor, request, static (_, _) => null));
        using var connection = Connect(vendor, server);

        await connection.ListAsync().FailsAsync(PipelineErrorId.InvalidResponse);

        Assert.InRange(Pages(server), 1, Enough);
    }

    private static Connected Connect(string vendor, RawServer server) =>
        new(new("nightly", vendor, server.BaseUri), Sample.Credential(vendor));

    private static IVendorClient Client(string vendor, RawServer server, out ManualClock clock)
    {
        clock = new();
        var redactor = new Redactor();
        var sender = new HttpSender(vendor, Connected.Patient with { Time = clock }, new(), redactor);
        return VendorCatalog.Get(vendor).CreateClient(new(server.BaseUri, Sample.Credential(vendor), sender, redactor, clock));
    }

    private static int Pages(RawServer server) => server.Requests.Count(IsPage);

    private static bool IsPage(RawRequest request) => request.Target.IndexOf("offset=", StringComparison.Ordinal) >= 0;

    /// <summary>A full page at any offset, and always more to come.</summary>
    /// <param name="id">The number of a row's id by the page's offset and the row; null for a row without an id.</param>
    private static RawAnswer Answer(string vendor, RawRequest request, Func<int, int, int?> id)
    {
        if (!IsPage(request))
        {
            return RawAnswer.Of(
                200,
                $$"""{"token":"t","supabase_url":"http://{{request.Header("Host")}}","supabase_anon_key":"k","ttl_seconds":"""
                    + $$"""3600,"user_id":"u"}"""
            );
        }

        var ids = Enumerable.Range(0, Number(request, "limit")).Select(row => id(Number(request, "offset"), row)).ToList();
        return RawAnswer.Of(
            200,
            vendor == PipelineVendor.Supaflow ? $"[{string.Join(",", ids.Select(Row))}]" : Page(request, ids.Select(Trigger))
        );

        static string Row(int? i) =>
            i is null ? "{}" : $$"""{"id":"j{{i}}","pipeline_id":"p{{i}}","pipeline_name":"n","job_status":"running","created_by":"u"}""";

        static string Trigger(int? i) => i is null ? "{}" : $$$"""{"id":{{{i + 1}}},"name":"n","status":"running","variables":{}}""";
    }

    private static string Page(RawRequest request, IEnumerable<string> rows)
    {
        var name = request.Target.IndexOf("pipeline_runs", StringComparison.Ordinal) > 0 ? "pipeline_runs" : "pipeline_schedules";
        return $$$"""{"{{{name}}}":[{{{string.Join(",", rows)}}}],"metadata":{"count":1000000,"next":true}}""";
    }

    private static int Number(RawRequest request, string name) =>
        int.Parse(Regex.Match(request.Target, $"[?&_]{name}=([0-9]+)").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
}
