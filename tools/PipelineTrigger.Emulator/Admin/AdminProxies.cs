using System.Globalization;
using System.Text.Json;
using PipelineTrigger.Emulator.Hosting;
using PipelineTrigger.Emulator.Proxying;

namespace PipelineTrigger.Emulator.Admin;

internal static class AdminProxies
{
    public static async Task<Answer> HandleAsync(Call call)
    {
        var proxies = call.Tenant.Proxies;
        if (call is { Method: "POST", Path: ["proxies"] })
        {
            var (id, proxy) = proxies.Open();
            proxy.Apply(call.Body(AdminJson.Default.ProxyRule));
            return Describe(id, proxy);
        }
        if (call.Path is not ["proxies", var text])
        {
            return AdminAnswers.NoRoute(call);
        }
        var number = int.Parse(text, CultureInfo.InvariantCulture);
        if (proxies.Find(number) is not { } found)
        {
            return AdminAnswers.DoneOrUnknown(false);
        }
        switch (call.Method)
        {
            case "PUT":
                found.Apply(call.Body(AdminJson.Default.ProxyRule));
                return Describe(number, found);
            case "GET":
                return Describe(number, found);
            case "DELETE":
                await proxies.CloseAsync(number);
                return AdminAnswers.Done;
            default:
                return AdminAnswers.NoRoute(call);
        }
    }

    private static Answer Describe(int id, FaultProxy proxy) => Answer.Json(200, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("id"u8, id);
            json.WriteNumber("port"u8, proxy.Port);
            json.WriteString("mode"u8, JsonNamingPolicy.CamelCase.ConvertName(proxy.Mode.ToString()));
            json.WriteNumber("connections"u8, proxy.Connections);
            json.WriteNumber("requests"u8, proxy.Requests);
            json.WriteNumber("hits"u8, proxy.Hits);
            json.WriteEndObject();
        });
}
