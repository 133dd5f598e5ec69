using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using PipelineTrigger.Emulator.Admin;
using PipelineTrigger.Emulator.Faults;
using PipelineTrigger.Emulator.Tenants;
using PipelineTrigger.Emulator.Vendors.Mage;
using PipelineTrigger.Emulator.Vendors.Prophecy;
using PipelineTrigger.Emulator.Vendors.Supaflow;

namespace PipelineTrigger.Emulator.Hosting;

/// <summary>Takes a request to its tenant, its vendor and its faults.</summary>
internal sealed class Dispatcher(TenantStore tenants)
{
    public async Task HandleAsync(HttpContext http)
    {
        var segments = http.Request.Path.Value!.Split('/');
        try
        {
            // segments[0] is the emptiness before the first slash.
            await (
                segments is [_, { Length: > 0 } tenant, var area, .. var rest]
                    ? HandleAsync(http, tenant, area, rest)
                    : AnswerSender.SendAsync(http, NoSuchArea)
            );
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ConnectionAbortedException)
        {
            http.Abort();
        }
    }

    private static Answer NoSuchArea => Answer.Text(404, "text/plain", "/{tenant}/prophecy|mage|supaflow|supabase|admin/...");

    private async Task HandleAsync(HttpContext http, string tenantName, string area, string[] path)
    {
        var tenant = tenants.Get(tenantName);
        if (area == "admin")
        {
            var admin = new Call(http, tenant, path) { Body = await RequestBody.ReadAsync(http.Request, http.RequestAborted) };
            await AnswerSender.SendAsync(http, await AdminApi.HandleAsync(admin, tenants));
            return;
        }
        (Vendor Vendor, Resolver Resolve)? api = area switch
        {
            "prophecy" => (Vendor.Prophecy, ProphecyApi.Resolve),
            "mage" => (Vendor.Mage, MageApi.Resolve),
            "supaflow" => (Vendor.Supaflow, SupaflowAppApi.Resolve),
            "supabase" => (Vendor.Supaflow, PostgrestApi.Resolve),
            _ => null,
        };
        await (api is { } known ? AnswerAsync(http, tenant, path, known.Vendor, known.Resolve) : AnswerSender.SendAsync(http, NoSuchArea));
    }

    private static async Task AnswerAsync(HttpContext http, Tenant tenant, string[] path, Vendor vendor, Resolver resolve)
    {
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var call = new Call(http, tenant, path) { TargetLength = target.Length };
        http.Response.Headers.Date = call.Now.ToString("R");
        var endpoint = resolve(call);
        tenant.Counters.Arrived(vendor, endpoint.Operation);
        var fault = tenant.Faults.Take(vendor, endpoint.Operation, target);
        if (fault?.When != FaultMoment.Unread)
        {
            call.Body = await RequestBody.ReadAsync(http.Request, http.RequestAborted);
        }
        var entry = tenant.Requests.Add(http, target, vendor, endpoint.Operation, call.Body.Length, call.Now);
        try
        {
            await (
                fault is null
                    ? AnswerSender.SendAsync(http, endpoint.Handle(call))
                    : FaultRunner.RunAsync(fault, http, call, endpoint.Handle)
            );
            entry.Status = http.Response.StatusCode;
        }
        finally
        {
            tenant.Counters.Answered(vendor, entry.Status);
        }
    }
}
