namespace PipelineTrigger.Core.Http;

/// <summary>The rules for an address that secrets are sent to.</summary>
internal static class EndpointUri
{
    /// <summary>The address without a trailing slash, if secrets may be sent there.</summary>
    /// <param name="uri">An absolute http or https URI; it may have a path.</param>
    /// <param name="allowInsecure">Whether plain http to another machine is allowed.</param>
    /// <exception cref="PipelineException">InvalidInput, InsecureEndpoint.</exception>
    public static Uri Check(Uri uri, bool allowInsecure)
    {
        if (!uri.IsAbsoluteUri || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
        {
            throw new PipelineException(
                PipelineErrorId.InvalidInput,
                $"{Shown(uri.OriginalString)} is not a web address. Use an absolute address, such as https://mage.example.com:6789."
            );
        }

        if (uri.UserInfo.Length > 0)
        {
            throw new PipelineException(
                PipelineErrorId.InvalidInput,
                "A base URI must not contain a user name or a password, because URIs are shown and logged. "
                    + "Use -Credential, -Token or -SecretName."
            );
        }

        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            throw new PipelineException(
                PipelineErrorId.InvalidInput,
                "A base URI must not contain '?' or '#', because URIs are shown and logged. To pass a key, use -Token or -SecretName."
            );
        }

        if (uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback && !allowInsecure)
        {
            throw new PipelineException(
                PipelineErrorId.InsecureEndpoint,
                $"{uri.GetLeftPart(UriPartial.Authority)} uses plain http, so a credential could be read in transit. "
                    + "Use https, or -AllowInsecure if you trust the network."
            );
        }

        return new Uri(uri.GetLeftPart(UriPartial.Path).TrimEnd('/'));
    }

    // A user name, a password, a query or a fragment may be secret, and an invalid address does not show where they end.
    private static string Shown(string address) =>
        address.IndexOf('@') < 0 && SafeText.Clean(address.Split('?', '#')[0], 100) is { } shown ? $"'{shown}'" : "The base URI";

    /// <summary>The address of a path below a base address, whose own path is kept.</summary>
    /// <param name="baseUri">As <see cref="Check"/> returned it.</param>
    /// <param name="pathAndQuery">With a leading slash, already escaped.</param>
    public static Uri Below(Uri baseUri, string pathAndQuery) => new(baseUri.GetLeftPart(UriPartial.Path).TrimEnd('/') + pathAndQuery);

    /// <summary>Whether both are served by the same scheme, host and port.</summary>
    public static bool SameOrigin(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>Whether two texts name the same installation.</summary>
    public static bool SameBase(string? one, string? other) =>
        string.Equals(one?.TrimEnd('/'), other?.TrimEnd('/'), StringComparison.OrdinalIgnoreCase);
}
