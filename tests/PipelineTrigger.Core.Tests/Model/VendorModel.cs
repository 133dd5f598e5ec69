using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Text.Json;
using System.Web;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Time;
using PipelineTrigger.Core.Vendors;

namespace PipelineTrigger.Core.Tests.Model;

/// <summary>A run at the vendor's.</summary>
/// <param name="Operation">Whose it is; null for one that was started by other means.</param>
/// <param name="Request">The request that made it: one that was repeated on its way made two.</param>
/// <param name="User">Who it belongs to.</param>
/// <param name="TriggerId">What came along with it.</param>
/// <param name="MadeAt">In true time.</param>
internal sealed record ModelRun(
    string Id,
    ModelOperation? Operation,
    int Request,
    int User,
    string? TriggerId,
    TimeSpan MadeAt,
    DateTime CreatedAt
);

/// <summary>One of the vendors, as far as triggers go: what its answers look like stands in the vendors' own documentation.</summary>
internal sealed class VendorModel(Plan plan, World world, int number)
{
    public const string Subject = "11111111-2222-3333-4444-555555555555";

    private readonly List<ModelRun> runs = [];
    private int requests;

    public string Name => plan.Vendor;

    public Uri BaseUri { get; } = new($"https://model-{number}.example.com");

    public IReadOnlyList<ModelRun> Runs => runs;

    /// <summary>By its own clock.</summary>
    public DateTime UtcNow => World.Epoch + world.Now + TimeSpan.FromSeconds(plan.VendorOffset);

    public bool IsDated => plan.IsDated;

    public Credential? CredentialOf(int user) =>
        plan.Vendor switch
        {
            PipelineVendor.Mage => null,
            PipelineVendor.Supaflow => new(null, $"ak_{user}"),
            _ => new(null, "token"),
        };

    public TriggerRequest Request() =>
        VendorCatalog
            .Get(Name)
            .ParseTrigger(
                new(
                    plan.Vendor switch
                    {
                        PipelineVendor.Mage => new Dictionary<string, object?> { ["TriggerId"] = 1 },
                        PipelineVendor.Supaflow => new() { ["PipelineId"] = Subject },
                        _ => new()
                        {
                            ["FabricId"] = 1,
                            ["ProjectId"] = "2",
                            ["PipelineName"] = "bakehouse",
                        },
                    }
                )
            );

    /// <summary>A number of its own for each request.</summary>
    public int NextRequest() => ++requests;

    public ModelRun Make(ModelOperation? operation, int request, int user, string? triggerId)
    {
        var count = runs.Count + 1;
        var id =
            plan.Vendor == PipelineVendor.Supaflow
                ? $"{count:x8}-0000-4000-8000-000000000000"
                : count.ToString(CultureInfo.InvariantCulture);
        var run = new ModelRun(id, operation, request, user, triggerId, world.Now, UtcNow + TimeSpan.FromSeconds(plan.Skew));
        runs.Add(run);
        var cause = operation is null ? "another program" : $"operation {operation.Number}, key {operation.Step.Key ?? "none"}";
        world.Tell($"The vendor creates run {id} for {cause}, user {user}.");
        return run;
    }

    /// <summary>Which part of the API a request is for.</summary>
    public static ModelCall CallOf(HttpRequestMessage request) =>
        (request.Method.Method, request.RequestUri!.AbsolutePath) switch
        {
            ("POST", var path) when path.EndsWith("/bootstrap", StringComparison.Ordinal) => ModelCall.SignIn,
            ("POST", _) => ModelCall.Trigger,
            (_, "/api/pipeline_schedules/1") => ModelCall.Look,
            (_, "/api/pipeline_runs") => ModelCall.List,
            (_, "/rest/v1/jobs") when request.RequestUri.Query.StartsWith("?reference_id=", StringComparison.Ordinal) => ModelCall.List,
            _ => ModelCall.Read,
        };

    /// <summary>What was sent along with a trigger.</summary>
    public static string? TriggerIdOf(byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        return
            json.RootElement.TryGetProperty("pipeline_run", out var run)
            && run.GetProperty("variables").TryGetProperty("pipeline_trigger_id", out var id)
            ? id.GetString()
            : null;
    }

    public string Triggered(ModelRun run) =>
        plan.Vendor switch
        {
            PipelineVendor.Mage => $$"""{"pipeline_run": {{Row(run)}} }""",
            PipelineVendor.Supaflow => $"\"{run.Id}\"",
            _ => $$"""{"success":true,"runId":"{{run.Id}}","msg":"ok"}""",
        };

    public string Rejection =>
        plan.Vendor switch
        {
            PipelineVendor.Mage => """{"error":{"code":500,"exception":"Invalid token for pipeline schedule ID 1."}}""",
            PipelineVendor.Supaflow => "null",
            _ => """{"success":false,"msg":"no such project"}""",
        };

    /// <summary>The answer to anything but a trigger.</summary>
    /// <param name="asOf">True time that a list shows.</param>
    public string Answer(ModelCall call, HttpRequestMessage request, int user, TimeSpan asOf)
    {
        var uri = request.RequestUri!;
        var query = HttpUtility.ParseQueryString(uri.Query);
        return (call, plan.Vendor) switch
        {
            (ModelCall.SignIn, _) => $$"""
                {"token":"t{{user}}","supabase_url":"{{BaseUri.AbsoluteUri}}","supabase_anon_key":"anon","ttl_seconds":3600,
                "user_id":"user{{user}}","org_id":"org"}
                """,
            (ModelCall.Look, _) => $$"""
                {"pipeline_schedule":{"id":1,"name":"nightly","pipeline_uuid":"{{Subject}}","status":"active","schedule_type":"api"} }
                """,
            (ModelCall.List, PipelineVendor.Mage) => MageList(query["start_timestamp"]!, query["_offset"]!, asOf),
            (ModelCall.List, _) => SupaflowList(query["created_at"]!, query["offset"]!, asOf),
            (_, PipelineVendor.Mage) => One(uri.Segments[^1]) is { } run
                ? Triggered(run)
                : """{"error":{"code":404,"type":"record_not_found"}}""",
            (_, PipelineVendor.Supaflow) => One(query["id"]?.Split('.')[1]) is { } run ? $"[{Row(run)}]" : "[]",
            _ => One(uri.Segments[^1]) is null
                ? """{"success":false,"msg":"run not found"}"""
                : """{"success":true,"runStatus":"RUNNING"}""",
        };
    }

    private ModelRun? One(string? id) => runs.Find(r => r.Id == id);

    private string MageList(string start, string offset, TimeSpan asOf)
    {
        var since = DateTimeOffset.FromUnixTimeSeconds(long.Parse(start, CultureInfo.InvariantCulture)).UtcDateTime;
        var all = runs.Where(r => r.MadeAt <= asOf && r.CreatedAt >= since).Reverse().ToList();
        var page = all.Skip(int.Parse(offset, CultureInfo.InvariantCulture)).Select(Row);
        return $$"""{"pipeline_runs":[{{string.Join(",", page)}}],"metadata":{"next":false,"count": {{all.Count}} } }""";
    }

    private string SupaflowList(string since, string offset, TimeSpan asOf)
    {
        var from = DateTime.Parse(since["gte.".Length..], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        var rows = runs.Where(r => r.MadeAt <= asOf && r.CreatedAt >= from).OrderBy(r => r.CreatedAt);
        return $"[{string.Join(",", rows.Skip(int.Parse(offset, CultureInfo.InvariantCulture)).Select(Row))}]";
    }

    private string Row(ModelRun run) =>
        plan.Vendor == PipelineVendor.Mage
            ? string.Create(
                CultureInfo.InvariantCulture,
                $$"""
                {"id":{{run.Id}},"pipeline_schedule_id":1,"pipeline_uuid":"{{Subject}}","status":"running",
                "created_at":"{{run.CreatedAt:yyyy-MM-dd HH:mm:ss.ffffff}}","variables":{ {{(
                    run.TriggerId is null ? "" : $"\"pipeline_trigger_id\":\"{run.TriggerId}\""
                )}} } }
                """
            )
            : string.Create(
                CultureInfo.InvariantCulture,
                $$"""
                {"id":"{{run.Id}}","job_status":"running","reference_id":"{{Subject}}",
                "created_at":"{{run.CreatedAt:yyyy-MM-ddTHH:mm:ss.ffffffZ}}","created_by":"user{{run.User}}","schedule_execution_id":null}
                """
            );
}

/// <summary>A part of the vendors' APIs.</summary>
internal enum ModelCall
{
    Trigger,
    List,
    Read,
    Look,
    SignIn,
}
