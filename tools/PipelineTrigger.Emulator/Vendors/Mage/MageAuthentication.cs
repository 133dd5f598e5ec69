using System.Globalization;
using System.Text.Json;
using PipelineTrigger.Emulator.Hosting;
using PipelineTrigger.Emulator.Tenants;

namespace PipelineTrigger.Emulator.Vendors.Mage;

internal static class MageAuthentication
{
    /// <summary>The same in every install.</summary>
    public const string ApiKey = "zkWlN0PkIKSN0C11CfUHUj84OT5XOJ6tDZ6bDRO2";

    public static Answer? Refusal(Call call)
    {
        if (!call.Tenant.Auth.MageAuthentication)
        {
            return null;
        }
        if (KeyRefusal(call) is { } refusal)
        {
            return refusal;
        }
        var token = call.Headers.TryGetValue("OAUTH-TOKEN", out var header) ? (string?)header : call.BearerToken;
        return string.IsNullOrEmpty(token)
            ? MageErrors.Forbidden(call)
            : call.Tenant.Mage.Sessions.Check(token, call.Now) switch
            {
                TokenState.Valid => null,
                TokenState.Expired => MageErrors.Unauthenticated(call, "Expired OAuth token.", "expired_oauth_token"),
                _ => MageErrors.Unauthenticated(call, "Invalid OAuth token.", "invalid_oauth_token"),
            };
    }

    public static Answer SignIn(Call call)
    {
        if (call.Tenant.Auth.MageAuthentication && KeyRefusal(call) is { } refusal)
        {
            return refusal;
        }
        call.Tenant.Mage.SignInSeen();
        using var body = JsonBytes.TryParse(call.Body);
        var auth = call.Tenant.Auth;
        if (
            body is null
            || body.RootElement.ValueKind != JsonValueKind.Object
            || !body.RootElement.TryGetProperty("session", out var session)
            || Text(session, "email") != auth.MageEmail
            || Text(session, "password") != auth.MagePassword
        )
        {
            return MageErrors.Handled(call, 404, "Email/username and/or password invalid.", "record_not_found");
        }
        var expires = call.Now.AddSeconds(auth.SessionSeconds);
        var token = JwtText.Random(32);
        call.Tenant.Mage.Sessions.Add(token, expires);
        return Answer.Json(200, json => WriteSession(json, auth.MageEmail, token, expires));
    }

    private static void WriteSession(Utf8JsonWriter json, string email, string token, DateTimeOffset expires)
    {
        var time = expires.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
        json.WriteStartObject();
        json.WriteStartObject("session"u8);
        json.WriteString("expires"u8, time);
        json.WriteString(
            "token"u8,
            JwtText.Create(claims =>
            {
                claims.WriteStartObject();
                claims.WriteString("token"u8, token);
                claims.WriteNumber("expires"u8, expires.ToUnixTimeSeconds());
                claims.WriteEndObject();
            })
        );
        json.WriteStartObject("user"u8);
        json.WriteNumber("id"u8, 1);
        json.WriteString("email"u8, email);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteNull("metadata"u8);
        json.WriteEndObject();
    }

    // A POST does not look for the key in the query.
    private static Answer? KeyRefusal(Call call)
    {
        string? key = call.Headers["X-API-KEY"];
        if (string.IsNullOrEmpty(key) && call.Method != "POST")
        {
            key = call.Query["api_key"];
        }
        return key == ApiKey ? null : MageErrors.Unauthenticated(call, "Invalid API key.", "invalid_api_key");
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
