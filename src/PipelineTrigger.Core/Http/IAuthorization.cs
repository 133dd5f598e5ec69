namespace PipelineTrigger.Core.Http;

/// <summary>An address and the headers that authorize calls to it.</summary>
/// <param name="BaseUri">The address, as <see cref="EndpointUri.Check"/> returned it.</param>
/// <param name="Headers">The headers, which contain secrets.</param>
internal sealed record Endpoint(Uri BaseUri, IReadOnlyList<KeyValuePair<string, string>> Headers);

/// <summary>Provides the address and the credentials of a request, and renews them if they are rejected.</summary>
internal interface IAuthorization
{
    /// <summary>The current endpoint; signs in if necessary.</summary>
    Task<Endpoint> GetAsync(IOperationObserver observer, CancellationToken cancellationToken);

    /// <summary>A new endpoint to replace one that was answered with 401; null if it cannot be renewed.</summary>
    Task<Endpoint?> RenewAsync(Endpoint refused, VendorAnswer answer, IOperationObserver observer, CancellationToken cancellationToken);
}

/// <summary>An authorization whose headers never change.</summary>
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
