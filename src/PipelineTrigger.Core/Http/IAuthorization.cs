namespace PipelineTrigger.Core.Http;

/// <summary>An address and the headers that open it.</summary>
/// <param name="BaseUri">As <see cref="EndpointUri.Check"/> returned it.</param>
/// <param name="Headers">Secrets.</param>
internal sealed record Endpoint(Uri BaseUri, IReadOnlyList<KeyValuePair<string, string>> Headers);

/// <summary>Gives a request its address and credentials, and fresh ones when they were not accepted.</summary>
internal interface IAuthorization
{
    /// <summary>The endpoint as it is known now; signs in if need be.</summary>
    Task<Endpoint> GetAsync(IOperationObserver observer, CancellationToken cancellationToken);

    /// <summary>A fresh endpoint in place of one that was answered 401; null where there is nothing to renew.</summary>
    Task<Endpoint?> RenewAsync(Endpoint refused, VendorAnswer answer, IOperationObserver observer, CancellationToken cancellationToken);
}

/// <summary>The same headers for the whole life of a connection.</summary>
internal sealed class FixedAuthorization(Uri baseUri, params KeyValuePair<string, string>[] headers) : IAuthorization
{
    private readonly Endpoint endpoint = new(baseUri, headers);

    public Task<Endpoint> GetAsync(IOperationObserver observer, CancellationToken cancellationToken) => Task.FromResult(endpoint);

    public Task<Endpoint?> RenewAsync(
        Endpoint refused,
        VendorAnswer answer,
        IOperationObserver observer,
        CancellationToken cancellationToken
    ) => Task.FromResult<Endpoint?>(null);
}
