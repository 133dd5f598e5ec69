using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Ledger.Blob;

/// <summary>A blob container's address and the SAS that opens it.</summary>
internal sealed class BlobAddress
{
    private const string Example = "https://<account>.blob.core.windows.net/<container>?sv=...&sig=...";

    private readonly Dictionary<string, string> fields;

    private BlobAddress(Uri container, string sas)
    {
        Container = container;
        Sas = sas;
        fields = Fields(sas);
    }

    /// <summary>The address without the SAS; no secret.</summary>
    public Uri Container { get; }

    /// <summary>The query that opens it, as it was given; a secret.</summary>
    public string Sas { get; }

    /// <summary>The part of the SAS that makes it one; a secret.</summary>
    public string Signature => fields["sig"];

    /// <summary>What the SAS allows and how long, for people: these parts are no secret.</summary>
    public string Terms
    {
        get
        {
            var allows = SafeText.Clean(Field("sp"), 40) is { } letters
                ? $"this one allows '{letters}'"
                : "this one has what its stored access policy allows";
            return SafeText.Clean(Field("se"), 40) is { } end ? $"{allows} until {end}" : allows;
        }
    }

    /// <summary>The address in a SAS URI of a container.</summary>
    /// <exception cref="PipelineException">InvalidInput, InsecureEndpoint; without anything of the URI that could be secret.</exception>
    public static BlobAddress Parse(string sasUri)
    {
        if (
            !Uri.TryCreate(sasUri.Trim(), UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
            || uri.UserInfo.Length > 0
        )
        {
            throw Invalid("It is no web address.");
        }

        if (uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback)
        {
            throw new PipelineException(
                PipelineErrorId.InsecureEndpoint,
                $"The ledger's SAS URI is plain http to {uri.Authority}: others could read the SAS. Use https."
            );
        }

        // An emulator has its accounts in the path.
        var path = uri.AbsolutePath.Trim('/');
        var expected = uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 || uri.IsLoopback ? 2 : 1;
        if (path.Length == 0 || path.Split('/').Length != expected)
        {
            throw Invalid("It is not the address of a container.");
        }

        var address = new BlobAddress(new Uri(uri.GetLeftPart(UriPartial.Path).TrimEnd('/')), uri.Query.TrimStart('?'));
        return address.Field("sig") is { Length: > 0 } ? address : throw Invalid("It holds no SAS ('sig' is missing).");
    }

    private string? Field(string name) => fields.TryGetValue(name, out var value) ? value : null;

    private static Dictionary<string, string> Fields(string sas)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in sas.Split('&').Select(p => p.Split(['='], 2)).Where(p => p.Length == 2))
        {
            fields[part[0]] = Uri.UnescapeDataString(part[1]);
        }

        return fields;
    }

    private static PipelineException Invalid(string why) =>
        Runs.TriggerFields.Invalid($"The ledger's SAS URI cannot be used. {why} Use the SAS URI of a container, such as {Example}.");
}
