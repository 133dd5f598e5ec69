using System.Net.Http;
using System.Text;
using System.Text.Json;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Vendors.Mage;

/// <summary>Mage requires both the API key, which is public, and a session of the caller.</summary>
internal sealed class MageAuthorization : IAuthorization, IDisposable
{
    /// <summary>The API key of every Mage installation.</summary>
    public const string PublicApiKey = "zkWlN0PkIKSN0C11CfUHUj84OT5XOJ6tDZ6bDRO2";

    // Sessions last 30 days.
    private static readonly TimeSpan SessionLifetime = TimeSpan.FromDays(29);

    private readonly VendorParts parts;
    private readonly FixedAuthorization keyAlone;
    private readonly Endpoint? given;
    private readonly Renewable<Endpoint>? signedIn;

    public MageAuthorization(VendorParts parts)
    {
        this.parts = parts;
        keyAlone = new(parts.BaseUri, ApiKey);
        if (parts.Credential is { UserName: { } email, Secret: var password })
        {
            signedIn = new(parts.Time, async (observer, cancellationToken) =>
                (await SignInAsync(email, password, observer, cancellationToken).ConfigureAwait(false), SessionLifetime)
            );
        }
        else if (parts.Credential is { Secret: var token })
        {
            given = WithSession(token.Reveal());
        }
    }

    /// <summary>Whether calls are made as a signed-in user.</summary>
    public bool HasSession => parts.Credential is not null;

    private static KeyValuePair<string, string> ApiKey { get; } = new("X-API-KEY", PublicApiKey);

    public Task<Endpoint> GetAsync(IOperationObserver observer, CancellationToken cancellationToken) =>
        given is not null ? Task.FromResult(given)
        : signedIn is not null ? signedIn.GetAsync(null, observer, cancellationToken)
        : keyAlone.GetAsync(observer, cancellationToken);

    public async Task<Endpoint?> RenewAsync(
        Endpoint refused,
        VendorAnswer answer,
        IOperationObserver observer,
        CancellationToken cancellationToken
    ) => signedIn is null ? null : await signedIn.GetAsync(refused, observer, cancellationToken).ConfigureAwait(false);

    public void Dispose() => signedIn?.Dispose();

    private async Task<Endpoint> SignInAsync(
        string email,
        Secret password,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var answer = await parts
            .Sender.SendAsync(
                new(HttpMethod.Post, "/api/sessions", keyAlone)
                {
                    Body = MageBodies.SignIn(email, password.Reveal()),
                    AnswerIsSecret = true,
                    Explain = MageErrors.Explain,
                },
                observer,
                cancellationToken
            )
            .ConfigureAwait(false);
        return MageErrors.Parse(answer) switch
        {
            { Error: null, Session.Token: { Length: > 0 } token } => WithSession(token),
            // Mage answers a wrong password with 404, as if the user did not exist.
            { Error.Code: 404 or 401 or 403 } => throw new PipelineException(
                PipelineErrorId.AuthenticationFailed,
                $"Mage did not accept the e-mail and password of '{SafeText.Clean(email, 100)}'. Check the connection's credential."
            ),
            _ => throw MageErrors.NotUnderstood(answer, "sign-in", parts),
        };
    }

    private Endpoint WithSession(string given)
    {
        var token = Unwrap(given);
        parts.Redactor.Add(given);
        parts.Redactor.Add(token);
        return new(parts.BaseUri, [ApiKey, new("OAUTH-TOKEN", token)]);
    }

    /// <summary>The session's token, extracted from the JWT that contains it; any other token unchanged.</summary>
    private static string Unwrap(string token)
    {
        var segments = token.Split('.');
        if (segments.Length != 3)
        {
            return token;
        }

        try
        {
            var base64 = segments[1].Replace('-', '+').Replace('_', '/');
            var payload = Convert.FromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '='));
            return
                JsonSerializer.Deserialize(Encoding.UTF8.GetString(payload), MageJson.Default.MageTokenPayload)?.Token
                    is { Length: > 0 } inner
                ? inner
                : token;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return token;
        }
    }
}
