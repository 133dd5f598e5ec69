using System.Net.Http;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Vendors.Supaflow;

/// <summary>Exchanges the API key for a token that lasts an hour, and for the address of the region's API.</summary>
internal sealed class SupaflowAuthorization : IAuthorization, IDisposable
{
    private static readonly TimeSpan RenewedBefore = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan UsualLifetime = TimeSpan.FromHours(1);

    private readonly VendorParts parts;
    private readonly FixedAuthorization key;
    private readonly Renewable<Endpoint> token;
    private volatile string? userId;
    private volatile string? workspace;

    public SupaflowAuthorization(VendorParts parts)
    {
        this.parts = parts;
        key = new(parts.BaseUri, new KeyValuePair<string, string>("Authorization", $"Bearer {parts.Credential!.Secret.Reveal()}"));
        token = new(parts.Time, BootstrapAsync);
    }

    public Task<Endpoint> GetAsync(IOperationObserver observer, CancellationToken cancellationToken) =>
        token.GetAsync(null, observer, cancellationToken);

    public async Task<Endpoint?> RenewAsync(
        Endpoint refused,
        VendorAnswer answer,
        IOperationObserver observer,
        CancellationToken cancellationToken
    ) => await token.GetAsync(refused, observer, cancellationToken).ConfigureAwait(false);

    /// <summary>The key's user; null if the sign-in does not return it.</summary>
    public async Task<string?> UserIdAsync(IOperationObserver observer, CancellationToken cancellationToken)
    {
        await GetAsync(observer, cancellationToken).ConfigureAwait(false);
        return userId;
    }

    /// <summary>The key's workspace (<c>org_id</c>); null if the sign-in does not return it.</summary>
    public async Task<string?> WorkspaceAsync(IOperationObserver observer, CancellationToken cancellationToken)
    {
        await GetAsync(observer, cancellationToken).ConfigureAwait(false);
        return workspace;
    }

    public void Dispose() => token.Dispose();

    private async Task<(Endpoint Value, TimeSpan Lifetime)> BootstrapAsync(IOperationObserver observer, CancellationToken cancellationToken)
    {
        var answer = await parts
            .Sender.SendAsync(
                new(HttpMethod.Post, "/api/cli/bootstrap", key) { AnswerIsSecret = true, Explain = Postgrest.Explain },
                observer,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (
            !answer.IsSuccess
            || JsonAnswer.TryRead(answer, SupaflowJson.Default.SupaflowSession)
                is not { Token.Length: > 0, SupabaseUrl: { } url, SupabaseAnonKey.Length: > 0 } session
        )
        {
            throw new PipelineException(
                PipelineErrorId.InvalidResponse,
                $"{parts.BaseUri} did not sign in as Supaflow does (HTTP {answer.StatusCode}). Check the connection's -BaseUri."
            );
        }

        userId = session.UserId;
        workspace = session.OrgId;
        parts.Redactor.Add(session.Token);
        parts.Redactor.Add(session.SupabaseAnonKey);
        var lifetime = session.TtlSeconds is > 0 and < int.MaxValue and var seconds ? TimeSpan.FromSeconds(seconds) : UsualLifetime;
        return (
            new(DataAddress(url), [new("apikey", session.SupabaseAnonKey), new("Authorization", $"Bearer {session.Token}")]),
            lifetime > RenewedBefore + RenewedBefore ? lifetime - RenewedBefore : TimeSpan.FromTicks(lifetime.Ticks / 2)
        );
    }

    private Uri DataAddress(string url)
    {
        try
        {
            return EndpointUri.Check(new Uri(url), allowInsecure: false);
        }
        catch (Exception e) when (e is UriFormatException or PipelineException)
        {
            throw new PipelineException(
                PipelineErrorId.InsecureEndpoint,
                $"{parts.BaseUri} returned '{parts.Redactor.Clean(url, 100)}' as the address of its data, which must use https. "
                    + "Nothing was sent there."
            );
        }
    }
}
