using System.Globalization;
using PipelineTrigger.Emulator.Hosting;
using PipelineTrigger.Emulator.Tenants;

namespace PipelineTrigger.Emulator.Vendors.Supaflow;

internal static class SupaflowAppApi
{
    private const string KeyPrefix = "ak_";

    public static Endpoint Resolve(Call call) =>
        (call.Method, call.Path) switch
        {
            ("POST", ["api", "cli", "bootstrap"]) => new(Operation.Bootstrap, Bootstrap),
            (_, ["api", "cli", "bootstrap"]) => new(Operation.Other, _ => Error(405, "Method not allowed")),
            _ => new(Operation.Other, _ => Error(404, "Not found")),
        };

    private static Answer Bootstrap(Call call)
    {
        var auth = call.Tenant.Auth;
        var key = call.BearerToken;
        if (key is null || !key.StartsWith(KeyPrefix, StringComparison.Ordinal) || (auth.SupaflowKey is { } expected && key != expected))
        {
            return Error(401, "Invalid API key");
        }
        var expires = call.Now.AddSeconds(auth.SupaflowTtlSeconds);
        var token = JwtText.Create(claims =>
        {
            claims.WriteStartObject();
            claims.WriteString("sub"u8, SupaflowState.UserId);
            claims.WriteString("role"u8, "authenticated"u8);
            claims.WriteNumber("exp"u8, expires.ToUnixTimeSeconds());
            claims.WriteEndObject();
        });
        var state = call.Tenant.Supaflow;
        state.Tokens.Add(token, expires);
        return Answer.Json(200, json =>
        {
            json.WriteStartObject();
            json.WriteString("token"u8, token);
            json.WriteString("supabase_url"u8, $"{call.Origin}/{call.Tenant.Name}/supabase");
            json.WriteString("supabase_anon_key"u8, state.AnonKey);
            json.WriteString("region"u8, "us"u8);
            json.WriteNumber("ttl_seconds"u8, auth.SupaflowTtlSeconds);
            json.WriteString("expires_at"u8, expires.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            json.WriteString("org_id"u8, SupaflowState.OrgId);
            json.WriteString("user_id"u8, SupaflowState.UserId);
            json.WriteString("org_role"u8, "admin"u8);
            json.WriteEndObject();
        });
    }

    private static Answer Error(int status, string message) => Answer.Json(status, json =>
        {
            json.WriteStartObject();
            json.WriteString("error"u8, message);
            json.WriteEndObject();
        });
}
