using System.Text.Json;
using PipelineTrigger.Emulator.Hosting;
using PipelineTrigger.Emulator.Tenants;

namespace PipelineTrigger.Emulator.Vendors.Supaflow;

internal static class PostgrestApi
{
    private const int MaxTargetLength = 8192;
    public const string ContentType = "application/json; charset=utf-8";

    public static Endpoint Resolve(Call call)
    {
        var (operation, handle) = Route(call);
        return new(operation, c => Guarded(c, handle));
    }

    private static (Operation Operation, Handler Handle) Route(Call call) =>
        (call.Method, call.Path) switch
        {
            ("POST", ["rest", "v1", "rpc", "create_pipeline_run_job"]) => (Operation.Trigger, CreateJob.Handle),
            (_, ["rest", "v1", "rpc", var function]) => (Operation.Other, _ => throw NoFunction(function)),
            ("GET", ["rest", "v1", "jobs"]) => (call.Query["id"].ToString().Length > 0 ? Operation.Status : Operation.List, ReadJobs),
            ("PATCH", ["rest", "v1", "jobs"]) => (Operation.Cancel, UpdateJobs.Handle),
            ("GET", ["rest", "v1", "pipelines_and_datasources"]) => (Operation.Pipelines, ReadPipelines),
            (_, ["rest", "v1", ("jobs" or "pipelines_and_datasources") and var table]) => (Operation.Other, _ => throw Denied(table)),
            (_, ["rest", "v1", var table]) => (Operation.Other, _ => throw NoTable(table)),
            _ => (Operation.Other, _ => throw new PostgrestException(404, "PGRST125", "Invalid path specified in request URL")),
        };

    public static Answer Rows<TRow>(TRow[] rows, Column<TRow>[] selection) =>
        Answer.Json(200, json => Table<TRow>.Write(json, rows, selection), ContentType) with
        {
            Headers = new Dictionary<string, string> { ["Content-Range"] = rows.Length == 0 ? "*/*" : $"0-{rows.Length - 1}/*" },
        };

    public static JsonDocument ReadBody(Call call)
    {
        if (!call.HasJsonBody)
        {
            throw new PostgrestException(415, "PGRST107", "Content-Type not acceptable");
        }
        var body = JsonBytes.TryParse(call.Body);
        if (body is { RootElement.ValueKind: JsonValueKind.Object })
        {
            return body;
        }
        body?.Dispose();
        throw new PostgrestException(400, "PGRST102", "Empty or invalid json");
    }

    private static Answer Guarded(Call call, Handler handle)
    {
        if (call.TargetLength > MaxTargetLength)
        {
            return Answer.Text(414, "text/html", "<html><head><title>414 Request-URI Too Large</title></head></html>");
        }
        try
        {
            Authenticate(call);
            return handle(call);
        }
        catch (PostgrestException e)
        {
            return Failure(e.Failure);
        }
    }

    private static void Authenticate(Call call)
    {
        string? key = call.Headers["apikey"];
        key ??= call.Query["apikey"];
        if (key != call.Tenant.Supaflow.AnonKey)
        {
            throw new PostgrestException(401, "PGRST301", string.IsNullOrEmpty(key) ? "No API key found in request" : "Invalid API key");
        }
        if (call.BearerToken is not { Length: > 0 } token)
        {
            throw new PostgrestException(401, "PGRST302", "Anonymous access is disabled");
        }
        switch (call.Tenant.Supaflow.Tokens.Check(token, call.Now))
        {
            case TokenState.Unknown:
                throw new PostgrestException(401, "PGRST301", "No suitable key or wrong key type");
            case TokenState.Expired:
                throw new PostgrestException(401, "PGRST303", "JWT expired");
        }
    }

    private static Answer ReadJobs(Call call)
    {
        var filters = JobsTable.Table.Filters(call.Query);
        var selection = JobsTable.Table.Selection(call.Query);
        return Rows(JobsTable.Table.Page(call.Query, JobsTable.Rows(call, filters)), selection);
    }

    private static Answer ReadPipelines(Call call)
    {
        var filters = PipelinesTable.Table.Filters(call.Query);
        var selection = PipelinesTable.Table.Selection(call.Query);
        var rows = call.Tenant.Supaflow.Pipelines.Values.Where(p => Array.TrueForAll(filters, f => f.Matches(p)));
        return Rows(PipelinesTable.Table.Page(call.Query, rows), selection);
    }

    private static Answer Failure(SupaflowFailure failure)
    {
        var answer = Answer.Json(
            failure.Status,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("code"u8, failure.Code);
                json.WriteString("details"u8, failure.Details);
                json.WriteString("hint"u8, failure.Hint);
                json.WriteString("message"u8, failure.Message);
                json.WriteEndObject();
            },
            ContentType
        );
        return failure.Status != 401
            ? answer
            : answer with
            {
                Headers = new Dictionary<string, string>
                {
                    ["WWW-Authenticate"] = $"Bearer error=\"invalid_token\", error_description=\"{failure.Message}\"",
                },
            };
    }

    private static PostgrestException NoFunction(string function) =>
        new(
            404,
            "PGRST202",
            $"Could not find the function public.{function} in the schema cache",
            "Searched for the function with the given parameters, but no matches were found in the schema cache."
        );

    private static PostgrestException NoTable(string table) =>
        new(404, "PGRST205", $"Could not find the table 'public.{table}' in the schema cache");

    private static PostgrestException Denied(string table) => new(403, "42501", $"permission denied for table {table}");
}
