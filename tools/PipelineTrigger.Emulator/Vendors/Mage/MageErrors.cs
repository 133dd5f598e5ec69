using System.Text.Json;
using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Vendors.Mage;

internal static class MageErrors
{
    private const string Frame =
        "  File \"/usr/local/lib/python3.10/site-packages/tornado/web.py\", line 17{0:00}, in _execute\n    result = await result\n";

    private static readonly string[] Stack =
    [
        .. Enumerable.Range(0, 24).Select(i => Frame.Replace("{0:00}", $"{i:00}", StringComparison.Ordinal)),
    ];

    public static Answer NoRoute(Call call) =>
        Answer.Text(404, "text/html; charset=UTF-8", "<html><title>404: Not Found</title><body>404: Not Found</body></html>");

    public static Answer WrongMethod(Call call) => new(405, "application/json", default);

    public static Answer NotFound(Call call) => Handled(call, 404, call.Tenant.Mage.NotFoundMessage, "record_not_found");

    public static Answer Forbidden(Call call) => Handled(call, 403, "Unauthorized access.", "unauthorized_access");

    public static Answer Unauthenticated(Call call, string message, string type) => Handled(call, 401, message, type) with { Status = 401 };

    public static Answer Handled(Call call, int code, string message, string type)
    {
        var status = call.Query.ContainsKey("_http_error_codes") ? code : 200;
        return Answer.Json(status, json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("error"u8);
            json.WriteNumber("code"u8, code);
            json.WriteString("message"u8, message);
            json.WriteString("type"u8, type);
            json.WriteEndObject();
            json.WriteNumber("status"u8, status);
            json.WriteEndObject();
        });
    }

    public static Answer Uncaught(Call call, string exception) => Answer.Json(200, json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("error"u8);
            json.WriteNumber("code"u8, 500);
            json.WriteStartArray("errors"u8);
            foreach (var frame in Stack)
            {
                json.WriteStringValue(frame);
            }
            json.WriteEndArray();
            json.WriteString("exception"u8, exception);
            json.WriteString("message"u8, $"Traceback (most recent call last):\n{string.Concat(Stack[..8])}Exception: {exception}\n");
            json.WriteEndObject();
            json.WriteStartObject("url_parameters"u8);
            foreach (var (name, value) in UrlParameters(call.Path))
            {
                json.WriteString(name, value);
            }
            json.WriteEndObject();
            json.WriteEndObject();
        });

    /// <summary>Once a statement failed, PostgreSQL refuses all others of the same session.</summary>
    public static Answer AbortedTransaction(Call call) =>
        Uncaught(
            call,
            "(psycopg2.errors.InFailedSqlTransaction) current transaction is aborted, commands ignored until end of transaction block\n\n"
                + $"[SQL: SELECT pipeline_run.id AS pipeline_run_id FROM pipeline_run WHERE pipeline_run.id = "
                + $"%(pk_1)s]\n[parameters: {{'pk_1': '{call.Path[^1]}'}}]"
        );

    public static Answer BadId(Call call, string id) =>
        Uncaught(
            call,
            int.TryParse(id, out _) || !id.All(char.IsAsciiDigit)
                ? $"(psycopg2.errors.InvalidTextRepresentation) invalid input syntax for type integer: \"{id}\""
                : $"(psycopg2.errors.NumericValueOutOfRange) value \"{id}\" is out of range for type integer"
        );

    private static IEnumerable<(string Name, string Value)> UrlParameters(string[] path) =>
        path switch
        {
            [_, "pipeline_schedules", var id, "api_trigger"] => [("pipeline_schedule_id", id)],
            [_, "pipeline_schedules", var id, "pipeline_runs", var token] => [("pipeline_schedule_id", id), ("token", token)],
            [_, var resource, var pk, var child] => [("resource", resource), ("pk", pk), ("child", child)],
            [_, var resource, var pk] => [("resource", resource), ("pk", pk)],
            [_, var resource] => [("resource", resource)],
            _ => [],
        };
}
